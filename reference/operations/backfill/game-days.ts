import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { PipelineError } from '../../errors/pipeline-error.ts';

const COLUMN = 'game_date';

/**
 * Read the dates that have games from a CSV file with a column game_date: quotes, commas in quotes, a byte order mark and
 * either line end are understood, and empty lines are nothing.
 *
 * A date is `2024-01-15`, also with midnight behind it (`2024-01-15 00:00:00`, `2024-01-15T00:00:00`), or `1/15/2024` where
 * only one of the numbers can be the month. Blanks around it are nothing.
 *
 * @param file  how the file is called in an error.
 * @throws {PipelineError} INVALID_REQUEST with file and line for a date that cannot be read, and for text that is no CSV:
 *         a date that is left out would count as one without games.
 */
export function readGameDays(text: string, file: string): ReadonlySet<string> {
  const records = parseRecords(text, file);
  const [head, ...rows] = records;
  const column = head?.record.indexOf(COLUMN) ?? -1;
  if (column === -1) {
    const got = head === undefined ? 'nothing' : `"${head.record.join(',')}"`;
    throw refuse(`--schedule must have a column ${COLUMN}, got ${got} in ${file}`);
  }
  return new Set(
    rows.map(({ record, line }) => {
      const written = (record[column] ?? '').trim();
      const date = readDate(written);
      if (date !== undefined) return date;
      const hint = AMBIGUOUS.test(written) ? ', which can be two dates' : '';
      throw refuse(
        `${file}:${line}: ${COLUMN} must be a date such as 2024-01-15, got "${written}"${hint}; write it as YYYY-MM-DD`,
      );
    }),
  );
}

interface Placed {
  readonly record: readonly string[];
  /** Where the record ends, counted from 1. */
  readonly line: number;
}

function parseRecords(text: string, file: string): readonly Placed[] {
  try {
    const parsed = parse(text, { bom: true, info: true, trim: true, skip_empty_lines: true });
    return (parsed as unknown as readonly { record: string[]; info: { lines: number } }[]).map(
      ({ record, info }) => ({ record, line: info.lines }),
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw refuse(`--schedule must be a CSV file, got ${file}: ${error.message}; correct the line`);
  }
}

const AMBIGUOUS = /^\d{1,2}\/\d{1,2}\/\d{4}$/;

function readDate(written: string): string | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$/.exec(written);
  if (iso !== null) return calendarDate(iso[1], iso[2], iso[3]);
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(written);
  if (slashed === null) return undefined;
  const [, first, second, year] = slashed;
  const american = calendarDate(year, first, second);
  const european = calendarDate(year, second, first);
  if (american !== undefined && european !== undefined && american !== european) return undefined;
  return american ?? european;
}

/** @returns undefined for a day that no calendar has. */
function calendarDate(year = '', month = '', day = ''): string | undefined {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date ? undefined : date;
}

function refuse(sentence: string): PipelineError {
  return new PipelineError('INVALID_REQUEST', sentence);
}
