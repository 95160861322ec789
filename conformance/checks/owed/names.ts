import { canonicalProcessorName, PROCESSORS } from '../../../generated/registry.ts';
import type { Payload } from '../../history/events.ts';
import { runOf, text } from '../../history/select.ts';

/** Phases of the registry. */
export type RegistryPhase = keyof typeof PROCESSORS;

/** Lead a message's processor_name to the canonical name; undefined when the registry does not have it. */
export function processorOf(phase: RegistryPhase, message: object | null): string | undefined {
  return canonicalProcessorName(phase, text(message, 'processor_name'));
}

/** Lead a scraper's completion, in either format, to the canonical name; the unified field decides. */
export function scraperOf(message: Payload): string | undefined {
  return canonicalProcessorName('phase_1_scrapers', senderOf(message));
}

/** Read who a message says that it is from, in either format; results of Phase 5 name nobody. */
export function senderOf(message: Payload | null): string {
  return text(message, 'processor_name') || text(message, 'scraper_name') || text(message, 'name');
}

/** Tell whether a completion counts for what waits for it. */
export function counts(message: object | null): boolean {
  return ['success', 'partial'].includes(text(message, 'status'));
}

/** Tell whether a message tells its receiver to publish nothing. */
export function skips(message: Payload | null): boolean {
  return message?.['skip_downstream_trigger'] === true;
}

/** Name the date and run that a message belongs to, such as `2031-01-05 run 1`. */
export function dateAndRun(message: Payload | null): string {
  return `${text(message, 'game_date')} run ${runOf(message)}`;
}

/** List the processors of a phase that need `required`. */
export function dependants(phase: RegistryPhase, required: string): readonly string[] {
  return Object.entries<{ readonly requires: readonly string[] }>(PROCESSORS[phase])
    .filter(([, processor]) => processor.requires.includes(required))
    .map(([name]) => name);
}

/** List what a processor needs. */
export function requiredBy(phase: RegistryPhase, processor: string): readonly string[] {
  const found = Object.entries<{ readonly requires: readonly string[] }>(PROCESSORS[phase]).find(
    ([name]) => name === processor,
  );
  return found?.[1].requires ?? [];
}

/** List the processors of a phase in the order of the registry. */
export function processorsOf(phase: RegistryPhase): readonly string[] {
  return Object.keys(PROCESSORS[phase]);
}
