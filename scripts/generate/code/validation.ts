import { unionOf } from './print.ts';

/** Write the typed door to the compiled validators. */
export function validationModule(messages: readonly string[], schemas: readonly string[]): string {
  return `import { type Problem, readableProblems } from './problems.ts';
import { VALIDATORS } from './validators.mjs';

export type { Problem } from './problems.ts';

/** Name a message of the contract. */
export type MessageName = ${unionOf(messages)};

/** Name a schema of the contract: messages, request bodies, state documents and their parts. */
export type SchemaName = ${unionOf(schemas)};

/** Judge as the sender, who must be exact, or as the receiver, who must be lenient. */
export type Direction = 'send' | 'receive';

/** List the schema names. */
export const SCHEMA_NAMES: readonly SchemaName[] = ${JSON.stringify(schemas, null, 2)};

/** List the message names. */
export const MESSAGE_NAMES: readonly MessageName[] = ${JSON.stringify(messages, null, 2)};

/**
 * Judge a value against a schema of the contract.
 *
 * @param direction  \`send\` refuses unknown fields; \`receive\` takes unknown top-level fields, and fields that the
 *   contract marks x-receiver-optional may be missing or null.
 * @returns          one problem per wrong field; empty when the value is valid.
 */
export function validate(schema: SchemaName, direction: Direction, value: unknown): readonly Problem[] {
  const validator = VALIDATORS[direction][schema];
  return validator(value) ? [] : readableProblems(validator.errors ?? []);
}
`;
}

/** Write the types of the compiled validators. */
export function validatorTypes(schemas: readonly string[]): string {
  return `import type { Finding } from './problems.ts';

/** One compiled validator; \`errors\` holds the findings of its last call. */
export interface CompiledValidator {
  (value: unknown): boolean;
  errors?: readonly Finding[] | null;
}

/** Find the validator of a direction and a schema. */
export const VALIDATORS: Readonly<Record<'send' | 'receive', Readonly<Record<${unionOf(schemas)}, CompiledValidator>>>>;
`;
}
