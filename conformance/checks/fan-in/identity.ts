import { v5 as uuidv5 } from 'uuid';
import { canonicalProcessorName } from '../../../generated/registry.ts';
import { ORCHESTRATORS, TOPIC, TRIGGER_IDENTITY } from '../../../generated/topology.ts';
import type { DeliveryEvent, History, Payload, PublishEvent } from '../../history/events.ts';
import {
  deliveries,
  executionOf,
  isObject,
  metadataOf,
  publishes,
  runOf,
  text,
} from '../../history/select.ts';
import type { Anomaly } from '../check.ts';
import { isMadeBy } from '../identifying/claims.ts';
import { datesOf, runsOf } from '../identifying/facets.ts';
import { candidateKeys } from '../identifying/keys.ts';
import { cite } from '../judging/cite.ts';
import { levelOf } from '../owed/orchestrators.ts';

/** Judge what each trigger of an orchestrator says: its sender, its id, its level, its processors and the runs it waited for. */
export function judgeTriggers(history: History, orchestrator: string): readonly Anomaly[] {
  const own = Object.entries(ORCHESTRATORS).find(([name]) => name === orchestrator)?.[1].levels ?? [];
  return publishes(history, TOPIC.phase4Trigger).flatMap((trigger) => {
    if (trigger.message === null || !isMadeBy(history, trigger, orchestrator)) return [];
    // What it says may be missing or wrong; what it is a trigger of follows from the rest, and from its id.
    const likely = candidateKeys(history, trigger, orchestrator).flatMap((key) => {
      const [, level] = /^level (\d+) of/.exec(key) ?? [];
      return own.filter((one) => one.level === Number(level)).map((one) => one.level);
    });
    const level = likely.find(
      (one) => idOf(history, trigger, orchestrator, one) === executionOf(trigger.message),
    );
    return judgeTrigger(history, trigger, orchestrator, level ?? likely[0] ?? own[0]?.level ?? 1);
  });
}

function judgeTrigger(
  history: History,
  trigger: PublishEvent,
  orchestrator: string,
  level: number,
): readonly Anomaly[] {
  return [
    ...judgeSender(trigger, orchestrator),
    ...judgeName(history, trigger, orchestrator, level),
    ...judgeProcessors(trigger, level),
    ...judgeUpstream(history, trigger, orchestrator, level),
  ];
}

function idOf(history: History, trigger: PublishEvent, orchestrator: string, level: number): string {
  const [date = ''] = datesOf(history, trigger);
  const [run = 1] = runsOf(history, trigger);
  return triggerId(orchestrator, date, run, level);
}

/** Name the id that the trigger of an orchestrator, date, run and level must have. */
export function triggerId(orchestrator: string, game_date: string, run: number, level: number): string {
  const name = TRIGGER_IDENTITY.name
    .replace('{orchestrator}', orchestrator)
    .replace('{game_date}', game_date)
    .replace('{run}', String(run))
    .replace('{level}', String(level));
  return uuidv5(name, TRIGGER_IDENTITY.namespace);
}

function judgeSender(trigger: PublishEvent, orchestrator: string): readonly Anomaly[] {
  const own = Object.entries(ORCHESTRATORS).find(([name]) => name === orchestrator)?.[1];
  const wanted = [orchestrator, 'orchestration', own?.dataset, own?.table];
  const fields = ['processor_name', 'phase', 'output_dataset', 'output_table'];
  const said = fields.map((field) => text(trigger.message, field));
  if (fields.every((_, index) => said[index] === wanted[index])) return [];
  return [
    {
      requirement: 'FANIN-018',
      anomaly: 'broken provenance',
      proof: `${cite(trigger)} has ${fields.join(', ')} = ${said.join(', ')}; the trigger of ${orchestrator} must say ${wanted.join(', ')}.`,
      events: [trigger.sequence],
    },
  ];
}

function judgeName(
  history: History,
  trigger: PublishEvent,
  orchestrator: string,
  level: number,
): readonly Anomaly[] {
  const [date = ''] = datesOf(history, trigger);
  const [run = 1] = runsOf(history, trigger);
  const expected = idOf(history, trigger, orchestrator, level);
  const got = executionOf(trigger.message);
  if (got === expected) return [];
  return [
    {
      requirement: 'FANIN-009',
      anomaly: 'broken provenance',
      proof: `${cite(trigger)} carries execution_id "${got}"; the name-based UUID of ${orchestrator}, ${date}, run ${run} and level ${level} is ${expected}. A repeat could not be recognised.`,
      events: [trigger.sequence],
    },
  ];
}

function judgeProcessors(trigger: PublishEvent, level: number): readonly Anomaly[] {
  const { level: said, processors } = metadataOf(trigger.message);
  const got = Array.isArray(processors) ? processors.map(String) : [];
  const wanted = levelOf(level).runs;
  const is_exact = got.length === wanted.length && wanted.every((name) => got.includes(name));
  if (said === level && is_exact) return [];
  return [
    {
      requirement: 'CASC-004',
      anomaly: 'level inversion',
      proof: `${cite(trigger)} is a trigger of level ${level}; it says level ${JSON.stringify(said) ?? 'nothing'} and names ${got.join(', ') || 'nobody'}. Level ${level} is ${wanted.join(', ')}.`,
      events: [trigger.sequence],
    },
  ];
}

function judgeUpstream(
  history: History,
  trigger: PublishEvent,
  orchestrator: string,
  level: number,
): readonly Anomaly[] {
  const listed = metadataOf(trigger.message)['upstream'];
  const entries = (Array.isArray(listed) ? listed : []).filter(isObject);
  const [dates, runs] = [datesOf(history, trigger).slice(0, 1), runsOf(history, trigger).slice(0, 1)];
  const delivered = deliveries(history, orchestrator).filter(
    (delivery) => delivery.sequence < trigger.sequence && isOfDate(delivery, dates, runs),
  );
  const wanted = levelOf(level).waits_for;
  const untraceable = wanted.filter((processor) => {
    const entry = entries.find((candidate) => text(candidate, 'processor') === processor);
    return entry === undefined || !delivered.some((delivery) => isThisRun(delivery, processor, entry));
  });
  const found: Anomaly[] = [];
  if (untraceable.length > 0) {
    found.push({
      requirement: 'FANIN-010',
      anomaly: 'broken correlation',
      proof: `${cite(trigger)} does not list the run of ${untraceable.join(', ')} with the execution_id and correlation_id that were delivered; metadata.upstream has ${entries.length} entries. Their scraper runs cannot be traced any more.`,
      events: [trigger.sequence],
    });
  }
  const own = text(trigger.message, 'correlation_id');
  if (!entries.some((entry) => text(entry, 'correlation_id') === own)) {
    found.push({
      requirement: 'CORR-003',
      anomaly: 'broken correlation',
      proof: `${cite(trigger)} carries correlation_id "${own}", which is none of those in its metadata.upstream (${entries.map((entry) => text(entry, 'correlation_id')).join(', ') || 'empty'}).`,
      events: [trigger.sequence],
    });
  }
  return found;
}

function isThisRun(delivery: DeliveryEvent, processor: string, entry: Payload): boolean {
  const { message } = delivery;
  const phase = text(message, 'phase');
  if (phase !== 'phase_3_analytics' && phase !== 'phase_4_precompute') return false;
  return (
    canonicalProcessorName(phase, text(message, 'processor_name')) === processor &&
    executionOf(message) === executionOf(entry) &&
    text(message, 'correlation_id') === text(entry, 'correlation_id')
  );
}

function isOfDate({ message }: DeliveryEvent, dates: readonly string[], runs: readonly number[]): boolean {
  return dates.includes(text(message, 'game_date')) && runs.includes(runOf(message));
}
