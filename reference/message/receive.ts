import type {
  AnalyticsCompletion,
  FeatureStoreCompletion,
  Phase,
  Phase4Trigger,
  PrecomputeCompletion,
  PredictionReady,
  PredictionRequest,
  RawCompletion,
  ScraperCompletion,
  UnifiedFields,
} from '../../generated/models.ts';
import { canonicalProcessorName, PROCESSORS } from '../../generated/registry.ts';
import { ORCHESTRATORS } from '../../generated/topology.ts';
import { type MessageName, type Problem, validate } from '../../generated/validation.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { shapeOf } from '../errors/shape.ts';
import type { Logger } from '../ports/ports.ts';
import type { Received } from './cause.ts';
import type { Delivery } from './decode.ts';

/** The messages that a component receives, by name. */
interface ReceivedMessages {
  readonly ScraperCompletion: ScraperCompletion;
  readonly RawCompletion: RawCompletion;
  readonly AnalyticsCompletion: AnalyticsCompletion;
  readonly Phase4Trigger: Phase4Trigger;
  readonly PrecomputeCompletion: PrecomputeCompletion;
  readonly FeatureStoreCompletion: FeatureStoreCompletion;
  readonly PredictionRequest: PredictionRequest;
  readonly PredictionReady: PredictionReady;
}

/** The received messages that carry the unified fields. */
export type UnifiedName = Exclude<keyof ReceivedMessages, 'PredictionRequest' | 'PredictionReady'>;

/**
 * Take one unified message through the door: valid, by canonical name, with a correlation_id and a run.
 *
 * @throws {PipelineError} INVALID_MESSAGE with every wrong field; UNKNOWN_PROCESSOR for a sender that is not in the
 *         registry of the message's phase.
 * @see requirements MSG-003, MSG-006, ACK-003, CORR-002
 */
export function receiveUnified<Name extends UnifiedName>(
  delivery: Delivery,
  name: Name,
): Received<ReceivedMessages[Name]> {
  const message = receiveMessage(delivery, name) as ReceivedMessages[Name] & UnifiedFields;
  const processor = requireProcessor(message.phase, message.processor_name, delivery.message_id);
  const notes: string[] = [];
  // The contract lets a receiver do without correlation_id, so the type promises more than the wire.
  let correlation_id = message.correlation_id as string | null | undefined;
  if (correlation_id === null || correlation_id === undefined) {
    correlation_id = message.execution_id;
    notes.push(`correlation_id is missing; execution_id ${correlation_id} of ${processor} stands in for it`);
  }
  const run = message.metadata.run ?? 1;
  return {
    cause: {
      processor,
      execution_id: message.execution_id,
      correlation_id,
      game_date: message.game_date,
      run,
      trigger_source: 'pubsub',
      message_id: delivery.message_id,
      skip_downstream_trigger: message.skip_downstream_trigger,
      backfill_mode: message.backfill_mode,
      backfill_reason: message.backfill_reason,
    },
    message: { ...message, processor_name: processor, correlation_id },
    notes,
  };
}

/**
 * Check that a delivery carries a valid message of the given kind.
 *
 * @throws {PipelineError} INVALID_MESSAGE with every wrong field.
 */
export function receiveMessage<Name extends keyof ReceivedMessages>(
  delivery: Delivery,
  name: Name,
): ReceivedMessages[Name] {
  requireValid(delivery, name);
  return delivery.payload as unknown as ReceivedMessages[Name];
}

/**
 * Check a payload against the contract as a receiver does.
 *
 * @throws {PipelineError} INVALID_MESSAGE with every wrong field.
 */
export function requireValid(delivery: Delivery, name: MessageName): void {
  const problems = validate(name, 'receive', delivery.payload);
  if (problems.length === 0) return;
  const shapes = problems.map((problem) => ({ ...problem, got: shapeOf(problem.got) }));
  const sentence = (told: readonly Problem[]): string => {
    const list = told.map(({ field, expected, got }) => `${field} must be ${expected}, got ${got}`);
    return `expected ${name}: ${list.join('; ')} (message_id: ${delivery.message_id}); correct the sender and publish again`;
  };
  throw new PipelineError(
    'INVALID_MESSAGE',
    sentence(problems),
    { message_id: delivery.message_id, schema: name, problems: shapes },
    undefined,
    sentence(shapes),
  );
}

/**
 * Lead a name on the wire to the canonical name.
 *
 * @throws {PipelineError} UNKNOWN_PROCESSOR naming those that the phase knows.
 */
export function requireProcessor(phase: Phase | string, name: string, message_id: string): string {
  const orchestrators = Object.keys(ORCHESTRATORS);
  const isOrchestration = phase === 'orchestration';
  const found = isOrchestration
    ? orchestrators.find((known) => known === name)
    : canonicalProcessorName(phase, name);
  if (found !== undefined) return found;
  const known = isOrchestration ? orchestrators : Object.keys(processorsOf(phase));
  throw new PipelineError(
    'UNKNOWN_PROCESSOR',
    `processor_name must be one of ${known.join(', ')} or a listed alias in ${phase}, got "${name}" (message_id: ${message_id}); add it to the contract's x-processors or correct the sender`,
    { message_id, phase, processor_name: name },
  );
}

/** Write what the door decided on its own into the log. */
export function logNotes({ notes, cause }: Received<unknown>, log: Logger): void {
  for (const note of notes) {
    log.warn(note, { correlation_id: cause.correlation_id, game_date: cause.game_date });
  }
}

function processorsOf(phase: string): object {
  return Object.entries(PROCESSORS).find(([name]) => name === phase)?.[1] ?? {};
}
