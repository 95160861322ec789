import { EXAMPLES } from '../../../generated/examples.ts';
import { type MessageName, type Problem, validate } from '../../../generated/validation.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { Json, Payload, PublishEvent } from '../../history/events.ts';
import { messageOfTopic } from '../identifying/topics.ts';

/** How the marker is called that tells of a replaced input. */
export const REPLACED_INPUT = 'replaced-input';

/** What is larger is no input: each of the judge's variations of it would be as large. */
const BYTES_MAX = 65_536;

/**
 * Make inputs of what the target itself has published. A receiver can only be judged by messages that the contract allows, so
 * each field that is invalid gets its value from the contract's example, and the history tells it.
 */
export function soundInputs(
  scene: Pick<Scene, 'mark'>,
  published: readonly PublishEvent[],
): readonly Payload[] {
  return published.flatMap(({ topic, message, sequence }) => {
    const name = messageOfTopic(topic);
    if (message === null || name === undefined) return [];
    const problems = validate(name, 'receive', message);
    const is_large = JSON.stringify(message).length > BYTES_MAX;
    if (problems.length === 0 && !is_large) return [message];
    const why = is_large ? `larger than ${BYTES_MAX} bytes` : describe(problems);
    scene.mark(
      REPLACED_INPUT,
      `#${sequence} on ${topic} is no input that the contract allows (${why}); the judge goes on with the values of the contract's example`,
    );
    return [soundMessage(name, message, problems, is_large)];
  });
}

/** Fields by which a message belongs to its case; they stay as they are wherever they are valid. */
const IDENTITY = [
  'processor_name',
  'game_date',
  'execution_id',
  'correlation_id',
  'batch_id',
  'player_lookup',
] as const;

/** No id is longer. */
const IDENTITY_MAX = 256;

function soundMessage(
  name: MessageName,
  message: Payload,
  problems: readonly Problem[],
  is_large: boolean,
): Payload {
  const example = EXAMPLES.find((candidate) => candidate.message === name)?.payload as Payload;
  if (!is_large) {
    const mended = mend(message, example, problems);
    if (validate(name, 'receive', mended).length === 0) return mended;
  }
  // Several fields may be wrong together: then only what ties the message to its case is kept.
  return IDENTITY.reduce<Payload>((whole, field) => {
    const value = message[field];
    if (value === undefined || JSON.stringify(value).length > IDENTITY_MAX) return whole;
    const candidate = changeMessage(whole, { [field]: value });
    return validate(name, 'receive', candidate).length === 0 ? candidate : whole;
  }, example);
}

/** Take the example's value of each field that a problem is about. */
function mend(message: Payload, example: Payload, problems: readonly Problem[]): Payload {
  const broken = new Set(problems.map(({ field }) => field.split(/[./[]/)[0] ?? ''));
  const kept = Object.entries(message).filter(([field]) => !broken.has(field));
  const taken = Object.entries(example).filter(([field]) => broken.has(field));
  return Object.fromEntries<Json>([...kept, ...taken]);
}

function describe(problems: readonly Problem[]): string {
  const [first, ...others] = problems.map(
    ({ field, expected, got }) => `${field}: expected ${expected}, got ${got}`,
  );
  return `${first}${others.length === 0 ? '' : `, and ${others.length} more`}`.slice(0, 300);
}
