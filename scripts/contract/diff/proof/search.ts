import type { ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { readableProblems } from '../../../generate/problems.ts';
import type { Schemas } from '../../../schemas/flatten.ts';
import { addVariants, validatorInstance, validatorOf } from '../../../schemas/validators.ts';
import type { Direction } from '../../../schemas/variants.ts';
import type { Json } from '../../json.ts';
import { schemasReached, type World, worldOf } from '../inclusion/world.ts';
import type { Counterexample } from '../model/change.ts';
import { drawMessage } from './draw.ts';

/** The schemas of one contract with its validators and what each side of them reads. */
export interface Judged {
  readonly schemas: Schemas;
  /** Give the validator of one schema; it is compiled when it is asked for, with the schemas that it needs. */
  readonly validator: (schema: string, direction: Direction) => ValidateFunction;
  readonly send: World;
  readonly receive: World;
}

/** A schema of which no validator can be made; the message says why. */
export class SchemaFault extends Error {
  /** @param said  what the compiler says. */
  constructor(schema: string, said: string) {
    super(`expected schema ${schema} to make a validator, but ${said}; \`npx contract lint\` says where`);
  }
}

/** Which schema a value keeps, or must keep. */
export interface End {
  readonly judged: Judged;
  readonly schema: string;
  readonly direction: Direction;
}

/** How far a search goes. */
export interface Effort {
  readonly samples: number;
  readonly seed: number;
}

/** What came of a search. */
export interface Found {
  /** Messages that the first side may send, and that were shown to the other. */
  readonly tried: number;
  readonly counterexample: Counterexample | null;
}

const SKIPS_PER_MESSAGE = 60;

/** From how many examples a search starts: those of one message differ in what its conditions ask. */
const STARTS_MAX = 3;

/** Read the schemas of a contract for both sides. */
export function judgedSchemas(schemas: Schemas): Judged {
  const ajv = validatorInstance();
  const added = { send: new Set<string>(), receive: new Set<string>() };
  return {
    schemas,
    validator: (schema, direction) => {
      const missing = [...schemasReached(schemas, schema)].filter((name) => !added[direction].has(name));
      try {
        addVariants(ajv, schemas, missing, direction);
        for (const name of missing) added[direction].add(name);
        return validatorOf(ajv, schema, direction);
      } catch (error) {
        throw new SchemaFault(schema, error instanceof Error ? error.message : String(error));
      }
    },
    send: worldOf(schemas, 'send'),
    receive: worldOf(schemas, 'receive'),
  };
}

/**
 * Look for a message that one end may send and the other refuses, and make it small.
 *
 * @param examples  messages from which the drawn ones differ in few fields.
 */
export function searchRefused(from: End, to: End, examples: readonly Json[], effort: Effort): Found {
  const may_send = from.judged.validator(from.schema, from.direction);
  const accepts = to.judged.validator(to.schema, to.direction);
  const own = sideOf(from);
  const starts = [...new Set(examples.filter((one) => may_send(one)).map((one) => JSON.stringify(one)))];
  const [first, ...others] = starts.slice(0, STARTS_MAX).map((text): Json => JSON.parse(text));
  const messages = fc.oneof(...[first, ...others].map((example) => drawMessage(own, sideOf(to), example)));
  let tried = 0;
  const outcome = fc.check(
    fc.property(messages, (message) => {
      const value = plain(message);
      fc.pre(may_send(value));
      tried += 1;
      return accepts(value);
    }),
    { numRuns: effort.samples, seed: effort.seed, maxSkipsPerRun: SKIPS_PER_MESSAGE },
  );
  const [small] = outcome.counterexample ?? [];
  if (small === undefined) return { tried, counterexample: null };
  const message = plain(small);
  accepts(message);
  const problems = readableProblems(accepts.errors ?? []).map(
    ({ field, expected, got }) => `${field}: expected ${expected}, got ${got}`,
  );
  return { tried, counterexample: { message, problems } };
}

function sideOf({ judged, schema, direction }: End) {
  const world = judged[direction];
  return { world, schema: world.named(schema) ?? {} };
}

/** What is drawn has no prototype, and may hold undefined; a message is what JSON makes of it. */
function plain(message: Json): Json {
  return JSON.parse(JSON.stringify(message));
}
