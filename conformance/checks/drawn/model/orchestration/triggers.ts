import { v5 as uuidv5 } from 'uuid';
import type { RequirementId } from '../../../../../generated/requirements.ts';
import { ORCHESTRATORS, TRIGGER_IDENTITY } from '../../../../../generated/topology.ts';
import type { DeliveryEvent, History, Json, Payload, PublishEvent } from '../../../../history/events.ts';
import {
  correlationOf,
  deliveries,
  executionOf,
  metadataOf,
  runOf,
  text,
} from '../../../../history/select.ts';
import type { AnomalyName } from '../../../anomalies.ts';
import type { Anomaly } from '../../../check.ts';
import { counts, dateAndRun, processorOf, skips } from '../../../owed/names.ts';
import { LISTENS, type OrchestratorName } from '../../../owed/orchestrators.ts';

/** Which requirement each part of a trigger breaks when it is wrong. */
export interface TriggerPromises {
  readonly identity: RequirementId;
  readonly name: RequirementId;
  readonly upstream: RequirementId;
  readonly correlation: RequirementId;
  readonly processors: RequirementId;
}

/** A part of a trigger that is not as the deliveries before it oblige it to be. */
type Wrong = readonly [requirement: RequirementId, anomaly: AnomalyName, what: string];

/** Judge everything that the triggers of an orchestrator say against what was delivered to it before. */
export function judgeTriggers(
  history: History,
  orchestrator: OrchestratorName,
  triggers: readonly PublishEvent[],
  promises: TriggerPromises,
): readonly Anomaly[] {
  const inputs = deliveries(history, orchestrator);
  return triggers.flatMap((trigger) => {
    const { message } = trigger;
    const level = ORCHESTRATORS[orchestrator].levels.find(
      (one) => one.level === metadataOf(message)['level'],
    );
    if (message === null || level === undefined) return [];
    const phase = LISTENS[orchestrator];
    const before = inputs.filter(
      (input) =>
        input.sequence < trigger.sequence &&
        !skips(input.message) &&
        dateAndRun(input.message) === dateAndRun(message),
    );
    const counted = before.filter(
      (input) =>
        counts(input.message) && level.waits_for.some((name) => name === processorOf(phase, input.message)),
    );
    const listed = listedIn(message);
    const wrong: readonly Wrong[] = [
      ...wrongIdentity(orchestrator, level.level, message, promises),
      ...wrongProcessors(level.runs, message, promises),
      ...wrongUpstream(orchestrator, level.waits_for, { counted, listed }, promises),
      ...wrongCorrelation(message, listed, promises),
      ...wrongBackfill(message, counted, listed),
      ...wrongCause(orchestrator, trigger, before),
    ];
    return wrong.map(([requirement, anomaly, what]) => ({
      requirement,
      anomaly,
      proof: `#${trigger.sequence}, the trigger of level ${level.level} of ${dateAndRun(message)}, ${what}.`,
      events: [...counted.map(({ sequence }) => sequence), trigger.sequence],
    }));
  });
}

interface Listed {
  readonly processor: string;
  readonly execution_id: string;
  readonly correlation_id: string;
}

function wrongIdentity(
  orchestrator: OrchestratorName,
  level: number,
  message: Payload,
  { identity, name }: TriggerPromises,
): readonly Wrong[] {
  const { dataset, table } = ORCHESTRATORS[orchestrator];
  const words = `${orchestrator}/${text(message, 'game_date')}/${runOf(message)}/${level}`;
  const id = uuidv5(words, TRIGGER_IDENTITY.namespace);
  const found: Wrong[] = [];
  if (executionOf(message) !== id) {
    found.push([
      identity,
      'broken provenance',
      `has the execution_id ${executionOf(message)}; the one that follows from ${words} is ${id}`,
    ]);
  }
  const said = ['processor_name', 'output_dataset', 'output_table']
    .map((field) => text(message, field))
    .join(', ');
  if (said !== `${orchestrator}, ${dataset}, ${table}`) {
    found.push([name, 'invalid message', `names ${said} instead of ${orchestrator}, ${dataset}, ${table}`]);
  }
  return found;
}

function wrongProcessors(
  runs: readonly string[],
  message: Payload,
  { processors }: TriggerPromises,
): readonly Wrong[] {
  const said = metadataOf(message)['processors'];
  const names = Array.isArray(said) ? said.map(String) : [];
  if (same(names, runs)) return [];
  return [
    [processors, 'wrong count', `starts ${names.join(', ') || 'nobody'}; its level is ${runs.join(', ')}`],
  ];
}

function wrongUpstream(
  orchestrator: OrchestratorName,
  waits_for: readonly string[],
  { counted, listed }: { readonly counted: readonly DeliveryEvent[]; readonly listed: readonly Listed[] },
  { upstream }: TriggerPromises,
): readonly Wrong[] {
  const names = listed.map(({ processor }) => processor);
  if (!same(names, waits_for)) {
    const what = `lists the upstream runs of ${names.join(', ') || 'nobody'}; it waited for ${waits_for.join(', ')}`;
    return [[upstream, 'broken provenance', what]];
  }
  return listed.flatMap(({ processor, execution_id, correlation_id }): readonly Wrong[] => {
    const own = counted.filter(({ message }) => processorOf(LISTENS[orchestrator], message) === processor);
    const is_right = own.some(
      ({ message }) => executionOf(message) === execution_id && correlationOf(message) === correlation_id,
    );
    if (is_right || own.length === 0) return [];
    const told = own.map(
      ({ sequence, message }) => `${executionOf(message)} with ${correlationOf(message)} (#${sequence})`,
    );
    const what = `lists execution_id ${execution_id} with correlation_id ${correlation_id} for ${processor}; those that count had ${told.join(' or ')}`;
    return [[upstream, 'broken provenance', what]];
  });
}

function wrongCorrelation(
  message: Payload,
  listed: readonly Listed[],
  { correlation }: TriggerPromises,
): readonly Wrong[] {
  const own = text(message, 'correlation_id');
  if (listed.length === 0 || listed.some(({ correlation_id }) => correlation_id === own)) return [];
  return [
    [
      correlation,
      'broken correlation',
      `carries correlation_id ${own}, which is none of those that it lists upstream`,
    ],
  ];
}

/** The runs that it lists decide; where one of several runs of a processor was a backfill, either will do. */
function wrongBackfill(
  message: Payload,
  counted: readonly DeliveryEvent[],
  listed: readonly Listed[],
): readonly Wrong[] {
  const of_backfills = counted.filter((input) => input.message?.['backfill_mode'] === true);
  const said = message['backfill_mode'] === true;
  const reasons = of_backfills.map((input) => text(input.message, 'backfill_reason'));
  const is_listed = listed.some(({ execution_id }) => {
    const own = counted.filter((input) => executionOf(input.message) === execution_id);
    return own.length > 0 && own.every((input) => of_backfills.includes(input));
  });
  const found: Wrong[] = [];
  if (message['skip_downstream_trigger'] === true) {
    found.push([
      'BACK-007',
      'backfill leak',
      'tells its receiver to skip downstream triggers, although no run that counts did so',
    ]);
  }
  if (said && !reasons.includes(text(message, 'backfill_reason'))) {
    found.push([
      'BACK-003',
      'backfill leak',
      `is a backfill for "${text(message, 'backfill_reason')}"; the runs that count were backfills for ${reasons.map((reason) => `"${reason}"`).join(', ') || 'nothing'}`,
    ]);
  }
  if (!said && is_listed) {
    found.push([
      'BACK-003',
      'backfill leak',
      `is no backfill, although it lists a run that was one ("${reasons[0]}")`,
    ]);
  }
  return found;
}

/**
 * Any delivery for the date and run may have caused it, also a repeated one, one of another level or one that does not count: whichever
 * finds the set complete, or a trigger that is pending, sends it.
 */
function wrongCause(
  orchestrator: OrchestratorName,
  { message }: PublishEvent,
  before: readonly DeliveryEvent[],
): readonly Wrong[] {
  if (message?.['trigger_source'] !== 'pubsub') return [];
  const named = before.filter(({ message_id }) => message_id === text(message, 'trigger_message_id'));
  const parent = text(message, 'parent_processor');
  if (named.length === 0) {
    return [
      [
        'CORR-004',
        'broken provenance',
        `names trigger_message_id ${text(message, 'trigger_message_id')}; no delivery of that id was about its date and run`,
      ],
    ];
  }
  if (named.some((input) => processorOf(LISTENS[orchestrator], input.message) === parent)) return [];
  return [
    [
      'CORR-007',
      'broken provenance',
      `names parent_processor "${parent}"; delivery #${named[0]?.sequence}, which it names as its cause, came from ${text(named[0]?.message ?? null, 'processor_name')}`,
    ],
  ];
}

/** Read the upstream runs that a message lists. */
function listedIn(message: Payload | null): readonly Listed[] {
  const upstream = metadataOf(message)['upstream'];
  if (!Array.isArray(upstream)) return [];
  return upstream.map((entry: Json) => {
    const fields = typeof entry === 'object' && entry !== null ? entry : {};
    return {
      processor: text(fields, 'processor'),
      execution_id: executionOf(fields),
      correlation_id: text(fields, 'correlation_id'),
    };
  });
}

function same(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && [...names].sort().join() === [...others].sort().join();
}
