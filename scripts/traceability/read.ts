import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { REQUIREMENT_CHECKS } from '../../generated/requirement-checks.ts';
import { REQUIREMENTS, type RequirementId } from '../../generated/requirements.ts';
import type { Shown, Statement } from './decide.ts';

/** A file that cannot be used; the message says what was expected and what to do. */
export class TraceFileError extends Error {}

const ENTRY = {
  type: 'object',
  required: ['says'],
  additionalProperties: false,
  properties: {
    says: { type: 'string', minLength: 10 },
    by: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } },
    instead: { type: 'string', minLength: 1 },
    because: { type: 'string', minLength: 10 },
  },
};
const STATEMENTS = { type: 'object', additionalProperties: { type: 'array', minItems: 1, items: ENTRY } };
const RESULT = {
  type: 'object',
  required: ['result_version', 'requirements'],
  properties: {
    result_version: { const: 4 },
    requirements: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'result', 'cases'],
        properties: {
          id: { type: 'string' },
          result: { enum: ['passed', 'failed', 'not_applicable', 'not_judged'] },
          cases: { type: 'integer' },
        },
      },
    },
  },
};

type Entry = Pick<Statement, 'says'> & Partial<Pick<Statement, 'by' | 'instead' | 'because'>>;
type Result = { readonly requirements: readonly Pick<Shown, 'id' | 'result' | 'cases'>[] };

/**
 * Read the statements from their YAML.
 *
 * @throws {TraceFileError} when an entry has another shape.
 */
export function statementsOf(text: string, file: string): readonly Statement[] {
  const sections = checked<Readonly<Record<string, readonly Entry[]>>>(STATEMENTS, parse(text), file);
  return Object.entries(sections).flatMap(([section, entries]) =>
    entries.map(({ says, by = [], instead = null, because = null }) => ({
      section,
      says,
      by,
      instead,
      because,
    })),
  );
}

/**
 * Join every requirement of the contract with what the result of a run says of it.
 *
 * @throws {TraceFileError} when the text is no result of `conformance run --json`.
 */
export function shownBy(text: string, file: string): readonly Shown[] {
  const result = checked<Result>(RESULT, parseJson(text, file), file);
  const by_id = new Map(result.requirements.map((one) => [one.id, one]));
  return (Object.keys(REQUIREMENTS) as RequirementId[]).map((id) => {
    const { result: what = null, cases = 0 } = by_id.get(id) ?? {};
    return { id, level: REQUIREMENTS[id].level, checks: REQUIREMENT_CHECKS[id], result: what, cases };
  });
}

/** Read a file's text, or say that it cannot be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new TraceFileError(
      `${file}: expected a file that can be read, got ${why}; make one with "node conformance/cli/bin.mjs run --json > FILE"`,
    );
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TraceFileError(
      `${file}: expected what "conformance run --json" prints, got no JSON; run it again`,
    );
  }
}

function checked<Value>(schema: object, value: unknown, file: string): Value {
  const ajv = new Ajv();
  const validate = ajv.compile<Value>(schema);
  if (validate(value)) return value;
  throw new TraceFileError(`${file}: ${ajv.errorsText(validate.errors)}; see scripts/traceability/README.md`);
}
