import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { TOPIC } from '../../../generated/topology.ts';
import { errorWords } from '../../contract/errors.ts';
import { toJsonLines } from '../../history/json-lines.ts';
import { historyOfPulls, type PulledTopic } from '../../recordings/pulled.ts';
import { UsageError } from '../exit-codes.ts';

/** The options of `conformance record`, as commander gives them. */
export interface RecordOptions {
  readonly from: readonly string[];
  readonly until?: string;
  readonly output?: string;
}

/**
 * Runs `conformance record`: makes a history of what was pulled, and writes it into the file or gives it back.
 *
 * @throws {UsageError} when a file cannot be used.
 */
export function record({ from, until, output: file }: RecordOptions): string {
  const lines = toJsonLines(historyOfPulls(from.map((one) => readPull(one, until))));
  if (file === undefined) return lines;
  usable(file, 'written', () => writeFileSync(file, lines));
  return '';
}

function readPull(from: string, until: string | undefined): PulledTopic {
  const [, topic, file] = /^([^=]+)=(.+)$/.exec(from) ?? [];
  if (topic === undefined || file === undefined) {
    throw new UsageError(
      `--from "${from}": expected TOPIC=FILE, such as ${TOPIC.phase4Trigger}=trigger.jsonl`,
    );
  }
  const said_ms = until === undefined ? undefined : Date.parse(until);
  if (Number.isNaN(said_ms)) {
    throw new UsageError(`--until "${until}": expected a time such as 2026-11-27T14:15:00Z`);
  }
  return usable(file, 'read', () => ({
    topic,
    file,
    text: readFileSync(file, 'utf8'),
    until_ms: said_ms ?? statSync(file).mtimeMs,
  }));
}

function usable<Result>(file: string, done: 'read' | 'written', act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const why = errorWords(error);
    throw new UsageError(`${file}: expected a file that can be ${done}, got ${why}; name another one`);
  }
}
