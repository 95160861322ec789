import fc from 'fast-check';
import { type MessageName, validate } from '../../../generated/validation.ts';
import { changeMessage } from '../../harness/messages/build.ts';
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

/** Draw messages that the contract allows and that mean the same as `base` to their receiver. */
export function anyMessage(name: MessageName, base: Payload): fc.Arbitrary<Payload> {
  const fields = fieldsOf(name);
  const free = FREE.filter((field) => field in base && fields[field] !== undefined);
  return fc
    .record(Object.fromEntries(free.map((field) => [field, anyValue(fields[field] ?? {})])))
    .map((changes) => changeMessage(base, changes))
    .filter((message) => validate(name, 'receive', message).length === 0);
}

/**
 * Draw messages with one field wrong: nothing in it, null, another JSON type, or a value that breaks its rule.
 *
 * They shrink to the first field, and to nothing in it, as far as the same receiver takes that too.
 *
 * @param has_rules false for messages to whose values no requirement is attached.
 */
export function anyCorruption(
  name: MessageName,
  base: Payload,
  has_rules: boolean,
): fc.Arbitrary<Corruption> {
  const fields = fieldsOf(name);
  const kinds = Object.keys(base).flatMap((field) =>
    corruptionsOf(field, fields[field] ?? {}, base, has_rules),
  );
  return fc
    .oneof({ withCrossShrink: true }, ...kinds)
    .filter(({ message }) => validate(name, 'receive', message).length > 0);
}

function corruptionsOf(
  field: string,
  schema: ValueSchema,
  base: Payload,
  has_rules: boolean,
): readonly fc.Arbitrary<Corruption>[] {
  const plain = fc.constantFrom<Corruption>(
    { defect: `${MISSING}${field}`, message: changeMessage(base, { [field]: undefined }) },
    { defect: `${NULL}${field}`, message: { ...base, [field]: null } },
  );
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
