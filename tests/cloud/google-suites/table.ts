import type { Outcome } from './compare.ts';

const BEGIN = '<!-- google-suites: written by npm run test:google-suites -->';
const END = '<!-- /google-suites -->';

/** One row: a suite, and what became of it on both clouds. */
export interface Row {
  readonly label: string;
  readonly embedded: Outcome;
  /** `undefined` where Google's emulators are not installed. */
  readonly google: Outcome | undefined;
}

/**
 * Writes the rows into a page, between its marks.
 *
 * @throws {Error} if the page has no marks.
 */
export function withTable(page: string, rows: readonly Row[]): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end === -1) throw new Error(`expected the marks ${BEGIN} and ${END} in the page`);
  const old = page.slice(begin + BEGIN.length, end);
  const fresh = new Map(rows.map((row) => [row.label, lineOf(row)]));
  const kept = old.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| suite'));
  const lines = kept.map((line) => {
    const label = line.split('|')[1]?.trim() ?? '';
    const renewed = fresh.get(label) ?? line;
    fresh.delete(label);
    return renewed;
  });
  const head = ["| suite | embedded cloud: pass / fail | Google's emulators: pass / fail |", '|---|---|---|'];
  const table = [...head, ...lines, ...fresh.values()].join('\n');
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`;
}

function lineOf({ label, embedded, google }: Row): string {
  return `| ${label} | ${countsOf(embedded)} | ${google === undefined ? 'not run' : countsOf(google)} |`;
}

function countsOf({ passed, failed }: Outcome): string {
  return `${passed.size} / ${failed.size}`;
}
