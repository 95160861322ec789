import { ORCHESTRATORS } from '../../../generated/topology.ts';
import type { DeliveryEvent, History } from '../../history/events.ts';
import { deliveries, text } from '../../history/select.ts';
import { counts, dateAndRun, processorOf, skips } from './names.ts';
import { LISTENS, type OrchestratorName } from './orchestrators.ts';

/** Why a trigger was not owed at some moment. */
export interface MissingInputs {
  /** Who was missing, and what came in their place: `player_game_summary (failed, #12)`; empty when nobody was. */
  readonly sentence: string;
  /** The deliveries that the sentence names. */
  readonly events: readonly number[];
}

const NOTHING: MissingInputs = { sentence: '', events: [] };

/**
 * Say who was missing when a trigger went out, and what came that may have been taken for it: a run that does not count, one of
 * another date or run, or a name that the registry does not have.
 *
 * @param key the trigger, such as `level 1 of 2031-01-05 run 1`.
 */
export function missingFor(history: History, component: string, key: string, before: number): MissingInputs {
  if (!isOrchestrator(component)) return NOTHING;
  const [, number = '', place = ''] = /^level (\d+) of (.+)$/.exec(key) ?? [];
  const level = ORCHESTRATORS[component].levels.find((one) => String(one.level) === number);
  if (level === undefined) return NOTHING;
  const phase = LISTENS[component];
  const came = deliveries(history, component).filter(({ sequence }) => sequence < before);
  const here = came.filter(({ message }) => dateAndRun(message) === place);
  const of = (some: readonly DeliveryEvent[], name: string): readonly DeliveryEvent[] =>
    some.filter(({ message }) => processorOf(phase, message) === name);
  const events: number[] = [];
  const cite = ({ sequence }: DeliveryEvent): string => {
    events.push(sequence);
    return `#${sequence}`;
  };
  const missing = level.waits_for.flatMap((name) => {
    const own = of(here, name);
    if (own.some(isCounted)) return [];
    const instead = own.at(-1) ?? of(came, name).findLast(isCounted);
    return [instead === undefined ? name : `${name} (${whatIsWrong(instead, place)}, ${cite(instead)})`];
  });
  if (missing.length === 0) return NOTHING;
  const [stranger] = here.filter(
    ({ message }) => message !== null && processorOf(phase, message) === undefined,
  );
  const named =
    stranger === undefined
      ? ''
      : ` ${cite(stranger)} came under the name "${text(stranger.message, 'processor_name')}", which the registry does not have.`;
  return { sentence: ` Missing: ${missing.join(', ')}.${named}`, events };
}

function isCounted({ message, defect }: DeliveryEvent): boolean {
  return defect === null && counts(message) && !skips(message);
}

function whatIsWrong({ message, defect }: DeliveryEvent, place: string): string {
  if (defect !== null) return `a message with ${defect}`;
  if (dateAndRun(message) !== place) return `only for ${dateAndRun(message)}`;
  return skips(message) ? 'told to stay silent' : text(message, 'status');
}

function isOrchestrator(component: string): component is OrchestratorName {
  return Object.hasOwn(ORCHESTRATORS, component);
}
