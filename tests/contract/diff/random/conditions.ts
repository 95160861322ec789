import { at, isObject, type JsonObject } from '../../../../scripts/contract/json.ts';
import { chosen, consequence, type EditKind, ruleKind, without, withSchema } from './making.ts';

/** Edits of conditions between fields. */
export const CONDITION_KINDS: readonly EditKind[] = [
  ruleKind('a condition goes', () => 'gone'),
  ruleKind('a condition has another consequence', (rule, pick) => {
    const [field, form] = Object.entries(Object(at(rule, 'then', 'properties')) as JsonObject)[0] ?? [];
    if (field === undefined || !isObject(form)) return undefined;
    const next =
      [{ minLength: 3 }, { maxLength: 5 }, { minimum: 5 }, { type: 'null' }, { maximum: 7 }][pick(5)] ?? {};
    return { ...rule, ...consequence({ properties: { [field]: { ...form, ...next } } }) };
  }),
  ruleKind('a condition has no opposite any more', (rule) =>
    'else' in rule ? without(rule, 'else') : undefined,
  ),
  ruleKind('a condition reads another value', (rule, pick) => {
    const [field] = Object.keys(Object(at(rule, 'if', 'properties')));
    if (field === undefined) return undefined;
    return {
      ...rule,
      if: { properties: { [field]: { const: ['success', 'partial', 'manual', false][pick(4)] ?? null } } },
    };
  }),
  ruleKind('a condition holds a condition', (rule, pick) => {
    const inner = {
      if: { properties: { skip_downstream_trigger: { const: pick(2) === 0 } } },
      ...consequence({ properties: { duration_seconds: { maximum: pick(3) } } }),
    };
    return { ...rule, ...consequence({ ...Object(at(rule, 'then')), ...inner }) };
  }),
  ruleKind('a condition reads a limit', (rule, pick) => ({
    ...rule,
    if: { properties: { records_failed: { minimum: pick(4) } } },
  })),
  ruleKind('a condition is turned round', (rule) => ({ ...rule, if: { not: rule['if'] ?? {} } })),
  {
    name: 'a condition is added',
    make: (schemas, pick) => {
      const name = chosen(
        ['UnifiedFields', 'PredictionReady', 'LegacyScraperCompletion'].filter((one) => one in schemas),
        pick,
      );
      if (name === undefined) return undefined;
      const rules: readonly JsonObject[] = [
        {
          if: { properties: { status: { const: 'success' } } },
          ...consequence({ properties: { record_count: { minimum: 1 } } }),
        },
        {
          if: { properties: { status: { const: 'failed' } } },
          ...consequence({ properties: { duration_seconds: { maximum: 0 } } }),
          else: { properties: { error_type: { type: 'null' } } },
        },
        {
          if: { properties: { status: { enum: ['partial', 'failed'] } } },
          ...consequence({
            properties: { correlation_id: { type: 'string' } },
            required: ['correlation_id'],
          }),
        },
      ];
      const all = schemas[name]?.['allOf'];
      return {
        schemas: withSchema(schemas, name, [
          [['allOf'], [...(Array.isArray(all) ? all : []), rules[pick(rules.length)] ?? {}]],
        ]),
        where: name,
      };
    },
  },
];
