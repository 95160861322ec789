import fc from 'fast-check';
import { type MessageName, validate } from '../../../generated/validation.ts';
import { changeMessage, type Overrides } from '../../harness/messages/build.ts';
import type { Payload } from '../../history/events.ts';
import { type Corruption, MISSING, NULL, OTHER_TYPE } from '../messages/corruptions.ts';
import { isRuled, ODD_VALUE } from './defects.ts';
import { anyOddValue, anyOtherType, anyValue, fieldsOf, type ValueSchema } from './values.ts';

/** Fields that say neither which work a message is about nor what its receiver has to do. */
const FREE = [
  'output_table',
  'output_dataset',
  'timestamp',
  'duration_seconds',
  'parent_processor',
  'trigger_source',
  'trigger_message_id',
] as const;

/**
 * Draw messages that the contract allows and that mean the same as `base` to their receiver. Nothing is thrown away: of drawn
 * values that contradict the rest of the message those are left out that do.
 *
 * @param base a message that the contract allows; of another one nothing is changed.
 */
export function anyMessage(name: MessageName, base: Payload): fc.Arbitrary<Payload> {
  const fields = fieldsOf(name);
  const free = FREE.filter((field) => field in base && fields[field] !== undefined);
  return fc
    .record(Object.fromEntries(free.map((field) => [field, anyValue(fields[field] ?? {})])))
    .map((changes) => allowed(name, base, changes));
}

/** Change as much of a message as the contract allows. */
function allowed(name: MessageName, base: Payload, changes: Overrides): Payload {
  const is_right = (message: Payload): boolean => validate(name, 'receive', message).length === 0;
  const whole = changeMessage(base, changes);
  if (is_right(whole)) return whole;
  return Object.entries(changes).reduce((message, [field, value]) => {
    const candidate = changeMessage(message, { [field]: value });
    return is_right(candidate) ? candidate : message;
  }, base);
}

/**
 * Draw messages with one field wrong: nothing in it, null, another JSON type, or a value that breaks its rule.
 *
 * They shrink to the first field, and to nothing in it, as far as the same receiver takes that too. A drawn value that the
 * contract allows after all is replaced by the first that it refuses, so that nothing is drawn again.
 *
 * @param has_rules false for messages to whose values no requirement is attached.
 */
export function anyCorruption(
  name: MessageName,
  base: Payload,
  has_rules: boolean,
): fc.Arbitrary<Corruption> {
  const fields = fieldsOf(name);
  const is_wrong = ({ message }: Corruption): boolean => validate(name, 'receive', message).length > 0;
  const known = Object.keys(base).filter((field) => fields[field] !== undefined);
  const plain = known.map((field) => missing(base, field)).find(is_wrong);
  const kinds = known.flatMap((field) => corruptionsOf(field, fields[field] ?? {}, base, has_rules));
  return fc
    .oneof({ withCrossShrink: true }, ...kinds)
    .map((drawn) => (plain === undefined || is_wrong(drawn) ? drawn : plain));
}

function missing(base: Payload, field: string): Corruption {
  return { defect: `${MISSING}${field}`, message: changeMessage(base, { [field]: undefined }) };
}

function corruptionsOf(
  field: string,
  schema: ValueSchema,
  base: Payload,
  has_rules: boolean,
): readonly fc.Arbitrary<Corruption>[] {
  const plain = fc.constantFrom<Corruption>(missing(base, field), {
    defect: `${NULL}${field}`,
    message: { ...base, [field]: null },
  });
  const drawn = (prefix: string, values: ReturnType<typeof anyValue>): fc.Arbitrary<Corruption> =>
    values.map((value) => ({
      defect: `${prefix}${field}: ${JSON.stringify(value)}`,
      message: { ...base, [field]: value },
    }));
  return [
    plain,
    drawn(OTHER_TYPE, anyOtherType(schema)),
    ...(has_rules && isRuled(field) ? [drawn(ODD_VALUE, anyOddValue(schema))] : []),
  ];
}
