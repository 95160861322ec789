import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { errorWords } from '../contract/errors.ts';
import type { StoredFailure } from './failure.ts';

/** A stored failure that cannot be found or read; the message says what was expected and what to do. */
export class FailureFileError extends Error {}

/** A stored failure with its file. */
export interface FoundFailure {
  readonly file: string;
  readonly failure: StoredFailure;
}

/** Store failures as `DIR/TARGET/ID.json`, each in place of the one with the same id, and give the files. */
export function storeFailures(directory: string, failures: readonly StoredFailure[]): readonly string[] {
  return failures.map((failure) => {
    const folder = path.join(directory, fileName(failure.target.name));
    const file = path.join(folder, `${fileName(failure.id)}.json`);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, `${JSON.stringify(failure, null, 2)}\n`);
    } catch (error) {
      throw new FailureFileError(
        `${file}: expected a file that can be written, ${errorWords(error)}; name another folder with --failures, or use --no-failures`,
      );
    }
    return file;
  });
}

/** Remove stored failures. */
export function forgetFailures(files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
}

/**
 * Find stored failures: files that are named, those whose requirement or id matches a pattern with `*`, or all of them.
 *
 * @throws {FailureFileError} when nothing is stored, a pattern matches nothing, or a file is no stored failure.
 */
export function findFailures(directory: string, patterns: readonly string[]): readonly FoundFailure[] {
  const is_file = (pattern: string): boolean => pattern.endsWith('.json');
  const named = patterns.filter(is_file).map(readFailure);
  const wanted = patterns.filter((pattern) => !is_file(pattern));
  if (patterns.length > 0 && wanted.length === 0) return named;
  const stored = filesBelow(directory).map(readFailure);
  if (stored.length === 0) {
    throw new FailureFileError(
      `${directory}: expected stored failures, found none; "conformance run" stores those that it finds`,
    );
  }
  const matching = wanted.flatMap((pattern) => {
    const found = stored.filter(({ failure }) => matches(pattern, failure));
    if (found.length > 0) return found;
    const ids = [...new Set(stored.map(({ failure }) => failure.requirement))].join(', ');
    throw new FailureFileError(
      `"${pattern}" matches no failure stored in ${directory}; stored are failures of ${ids}`,
    );
  });
  const all = [...named, ...(wanted.length === 0 ? stored : matching)];
  return [...new Map(all.map((found) => [found.file, found])).values()];
}

/**
 * Read one stored failure.
 *
 * @throws {FailureFileError} when the file cannot be read or breaks failure.schema.json.
 */
export function readFailure(file: string): FoundFailure {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new FailureFileError(
      `${file}: expected a failure that "conformance run" stored, ${errorWords(error)}; name another file`,
    );
  }
  const ajv = new Ajv({
    discriminator: true,
    allowUnionTypes: true,
    schemas: [schemaAt('../history/event.schema.json')],
  });
  const validate = ajv.compile<StoredFailure>(schemaAt('failure.schema.json'));
  if (validate(content)) return { file, failure: content };
  const [first] = validate.errors ?? [];
  const where = first === undefined || first.instancePath === '' ? 'it' : first.instancePath.slice(1);
  throw new FailureFileError(
    `${file}: ${where.replaceAll('/', '.')} ${first?.message ?? 'is invalid'}; expected what "conformance run" stores, see conformance/failures/failure.schema.json`,
  );
}

function matches(pattern: string, { requirement, id }: StoredFailure): boolean {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const whole = new RegExp(`^${escaped}$`, 'i');
  return whole.test(requirement) || whole.test(id);
}

function filesBelow(directory: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const file = path.join(directory, name);
    if (statSync(file).isDirectory()) return filesBelow(file);
    return name.endsWith('.json') ? [file] : [];
  });
}

function fileName(words: string): string {
  return words.replaceAll(/[^\w.@-]+/g, '_').replace(/^\.+/, '_');
}

function schemaAt(file: string): object {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as object;
}
