import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type Finding, type Problem, readableProblems } from '../../generated/problems.ts';
import { type MessageName, validate } from '../../generated/validation.ts';
import { CONTRACT } from '../../generated/version.ts';
import { type ContractVersion, VERSIONS } from '../../generated/versions.ts';

/** Versions whose programs may be live: every released one, the oldest first, and that of today last. */
export const SUPPORTED_VERSIONS: readonly string[] = VERSIONS.map(({ version }) => version);

/** Tell whether a contract version asks a requirement: versions are compared number by number. */
export function isAskedBy(version: string, requirement: { readonly since: string }): boolean {
  return requirement.since.localeCompare(version, 'en', { numeric: true }) <= 0;
}

/** Give the older of some versions. */
export function oldestOf(versions: readonly string[]): string {
  return versions.reduce((one, other) => (isAskedBy(other, { since: one }) ? one : other));
}

/**
 * Judge a message by the schemas of one version; a message that the version does not have is refused as a whole.
 *
 * @returns one problem per wrong field, as `validate` does; empty when it is valid.
 */
export function validateBy(
  version: string,
  message: MessageName,
  direction: 'send' | 'receive',
  value: unknown,
): readonly Problem[] {
  if (version === CONTRACT.version) return validate(message, direction, value);
  const known = versionNamed(version);
  const schema = known.messages[message];
  if (schema === undefined) {
    return [{ field: '(whole)', expected: `no ${message} in contract ${version}`, got: 'one' }];
  }
  const check = compiledOf(known).getSchema(`${direction}.${schema}`) as ValidateFunction;
  return check(value) === true ? [] : readableProblems((check.errors ?? []) as readonly Finding[]);
}

/** What a version says of one message: the schema that its senders keep, with those that it refers to, and an example. */
export interface MessageVersion {
  /** By their names, such as `send.UpstreamRun`. */
  readonly schemas: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: Readonly<Record<string, unknown>>;
}

/** Look up what a version says of a message; undefined when it has none. */
export function messageOf(version: string, message: MessageName): MessageVersion | undefined {
  const known = versionNamed(version);
  const schemas = new Map(known.schemas.map((one) => [String(one['$id']), one]));
  const schema = schemas.get(`send.${known.messages[message]}`);
  return schema === undefined ? undefined : { schemas, schema, example: known.examples[message] ?? {} };
}

function versionNamed(version: string): ContractVersion {
  const found = VERSIONS.find((one) => one.version === version);
  if (found !== undefined) return found;
  throw new Error(
    `expected a released version of the contract (${SUPPORTED_VERSIONS.join(', ')}), got ${version}`,
  );
}

const compiled = new Map<string, Ajv>();

/** A version is compiled when a run first asks for it, as `npm run generate` compiles the one of today. */
function compiledOf({ version, schemas }: ContractVersion): Ajv {
  const known = compiled.get(version);
  if (known !== undefined) return known;
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    strict: false,
    allowUnionTypes: true,
  });
  addFormats.default(ajv);
  for (const schema of schemas) ajv.addSchema(schema);
  compiled.set(version, ajv);
  return ajv;
}
