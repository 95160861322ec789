import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { errorWords } from '../../contract/errors.ts';
import type { History, HistoryEvent } from '../../history/events.ts';
import { fromJsonLines } from '../../history/json-lines.ts';
import { findDamage } from '../../history/whole.ts';
import type { RunResult } from './result.ts';

/** A result or history file that cannot be used; the message says file, place, what was expected and what to do. */
export class ResultFileError extends Error {}

/**
 * Read the result of a run, as `run --json` prints it.
 *
 * @throws {ResultFileError} when the text is no JSON or breaks result.schema.json.
 */
export function readResult(file: string): RunResult {
  const content = parseJson(file);
  const { result } = compileSchemas();
  if (result(content)) return content;
  throw new ResultFileError(
    `${file}: ${explain(result.errors)}; expected what "conformance run --json" prints, see conformance/reports/result/result.schema.json`,
  );
}

/**
 * Read a recorded history: JSON Lines, one event a line.
 *
 * @throws {ResultFileError} when the file cannot be read, is empty, a line is no event, or lines are missing or moved.
 */
export function readHistory(file: string): History {
  const text = readText(file);
  const history = eventsOf(file, text);
  const { event } = compileSchemas();
  for (const [index, one] of history.entries()) {
    const is_event: boolean = event(one);
    if (is_event) continue;
    throw new ResultFileError(
      `${file}: event ${index + 1} (#${one.sequence}, ${one.kind}): ${explain(event.errors)}; see conformance/history/event.schema.json`,
    );
  }
  if (history.length === 0) {
    throw new ResultFileError(
      `${file}: expected one event a line, got an empty file; record one with "conformance run --keep-output DIR"`,
    );
  }
  const damage = findDamage(history);
  if (damage === undefined) return history;
  throw new ResultFileError(
    `${file}: ${damage}; take the file as it was written, with every line in its place`,
  );
}

function eventsOf(file: string, text: string): History {
  try {
    return fromJsonLines(text);
  } catch (error) {
    throw new ResultFileError(`${file}: ${errorWords(error)}`, {
      cause: error,
    });
  }
}

function parseJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = errorWords(error);
    throw new ResultFileError(
      `${file}: expected JSON, ${why}; write the file with "conformance run --json > ${file}"`,
    );
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ResultFileError(`${file}: expected a file that can be read, got ${why}; name another one`);
  }
}

interface Schemas {
  readonly result: ValidateFunction<RunResult>;
  readonly event: ValidateFunction<HistoryEvent>;
}

function compileSchemas(): Schemas {
  const event = schemaAt('../../history/event.schema.json');
  const ajv = new Ajv({ discriminator: true, allowUnionTypes: true, schemas: [event] });
  return {
    result: ajv.compile<RunResult>(schemaAt('result.schema.json')),
    event: ajv.compile<HistoryEvent>({ $ref: 'conformance/history/event.schema.json' }),
  };
}

function schemaAt(file: string): object {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as object;
}

function explain(errors: readonly ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  if (first === undefined) return 'is invalid';
  const where = first.instancePath === '' ? 'it' : first.instancePath.slice(1).replaceAll('/', '.');
  if (first.keyword === 'const' && where === 'result_version') {
    const { allowedValue } = first.params as { readonly allowedValue?: unknown };
    return `result_version must be ${String(allowedValue)}; another version of the judge wrote this file, so run it again with this one`;
  }
  const allowed = (first.params as { readonly allowedValues?: readonly unknown[] }).allowedValues;
  return `${where} ${first.message ?? 'is invalid'}${allowed === undefined ? '' : ` (${allowed.join(', ')})`}`;
}
