import { REFERENCE, type Subject } from '../drawing/subject.ts';
import type { Result } from './results.ts';
import { isCaught, type Score, type SortedResult, scores } from './score.ts';

/** What a report is about. */
export interface Extent {
  readonly subject: Subject;
  /** Mutants in all its sources, those left out by rule, and those drawn. */
  readonly mutants: number;
  readonly excluded: number;
  readonly drawn: number;
  readonly seed: number;
  readonly date: string;
  readonly command: string;
}

/** Write one line for a mutant that was just judged. */
export function lineOf(result: Result): string {
  const { by, words } = result;
  const said = by === null ? (words ?? '') : `${by.requirement} ${by.anomaly} (${by.case})`;
  const place = `${shortFile(result)}:${result.line}`;
  return `${result.result.padEnd(11)} ${result.seconds.toFixed(1).padStart(5)} s  ${place.padEnd(44)} ${change(result)}${said === '' ? '' : `\n${' '.repeat(21)}${said}`}`;
}

/** A file as people find it: below `reference/` or `tests/targets/`. */
function shortFile({ file }: Pick<Result, 'file'>): string {
  return file.replace(/^(reference|tests\/targets)\//, '');
}

/** Write what a mutant changes. */
function change({ original, replacement }: Pick<Result, 'original' | 'replacement'>): string {
  return `${short(original)} -> ${short(replacement)}`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Write the whole report for a terminal: scores, then the survivors that count, by file. */
export function reportOf(sorted: readonly SortedResult[], extent: Extent): string {
  const counts = sorted.filter(
    ({ result, sort }) => !isCaught(result) && sort !== 'equivalent' && sort !== 'unpromised',
  );
  const lines = counts
    .map(
      ({ result, sort }) =>
        `  ${shortFile(result)}:${result.line} ${result.function_name}: ${change(result)} [${result.result}, ${sort}]`,
    )
    .sort();
  return [
    `${extent.drawn} of ${extent.mutants - extent.excluded} mutants drawn with seed ${extent.seed}; ${extent.excluded} of ${extent.mutants} left out by rule`,
    '',
    table(scores(sorted)),
    '',
    lines.length === 0 ? 'No survivor counts.' : `Survivors that count (${lines.length}):`,
    ...lines,
    '',
  ].join('\n');
}

const COLUMNS: readonly (readonly [string, (score: Score) => string])[] = [
  ['mutants of', ({ name }) => name],
  ['caught', ({ caught, counted }) => `${caught} of ${counted}`],
  ['score', ({ caught, counted }) => (counted === 0 ? '-' : `${((100 * caught) / counted).toFixed(0)} %`)],
  ['holes', ({ holes }) => String(holes)],
  ['not sorted yet', ({ unsorted }) => String(unsorted)],
  ['of both run by no case', ({ uncovered }) => String(uncovered)],
  ['equivalent', ({ equivalent }) => String(equivalent)],
  ['not promised', ({ unpromised }) => String(unpromised)],
  ['seconds each', (score) => secondsEach(score)],
];

function secondsEach({ seconds, caught, counted, equivalent, unpromised }: Score): string {
  const all = counted + equivalent + unpromised;
  return all === 0 || caught === 0 ? '-' : (seconds / all).toFixed(1);
}

/** Write scores as a Markdown table, which a terminal shows as well. */
function table(rows: readonly Score[]): string {
  const cells = [COLUMNS.map(([head]) => head), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join(
    '\n',
  );
}

function placesOf({ name, folder }: Subject): string {
  return name === REFERENCE.name ? "the reference's services" : `\`${folder}\``;
}

/** Write the section of docs/trust.md. */
export function sectionOf(sorted: readonly SortedResult[], extent: Extent): string {
  const holes = sorted.filter(
    ({ result, sort }) => !isCaught(result) && (sort === 'hole' || sort === 'unsorted'),
  );
  const files = new Map<string, number>();
  for (const { result } of holes) {
    const file = shortFile(result);
    files.set(file, (files.get(file) ?? 0) + 1);
  }
  return [
    `Every rule of \`@stryker-mutator/instrumenter\`, in every place of ${placesOf(extent.subject)}: ${extent.mutants} small faults`,
    `that nobody chose. ${extent.excluded} of them concern no promise of the contract, by the rules in`,
    `\`tests/systematic/drawing/README.md\`. Of the others ${extent.drawn} were drawn at random with seed ${extent.seed} on ${extent.date}.`,
    'The judge, as a black box, caught these:',
    '',
    table(scores(sorted)),
    '',
    '`caught` is a share of the mutants that count. A survivor that a person found to be equivalent, or to break no promise, does not count;',
    '`tests/systematic/sorted/` has the reason for each. `shared` is code that several components run. Survivors that count',
    'are in:',
    '',
    [...files]
      .sort((a, b) => b[1] - a[1])
      .map(([file, count]) => `\`${file}\` (${count})`)
      .join(', ') || 'nothing.',
    '',
    'Measure it again with:',
    '',
    '```sh',
    extent.command,
    '```',
  ].join('\n');
}
