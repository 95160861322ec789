import { stripVTControlCharacters } from 'node:util';

/** How a suite ended. */
export interface Ended {
  readonly output: string;
  readonly exit_code: number;
}

/** How much of a line goes into a table. */
const LINE_MAX = 160;

/**
 * Read what a suite said from its closing lines: vitest's count of tests where there is one, else its last line.
 *
 * @returns such as `84 of 84 mutants caught`, or `FAILED (exit code 1): 1 failed, 14 passed`.
 */
export function resultOf({ output, exit_code }: Ended): string {
  const lines = stripVTControlCharacters(output)
    .split(/\r?\n/)
    .map((line) => line.trim());
  const counted = lines.findLast((line) => /^Tests {2}\d/.test(line));
  const said =
    counted === undefined
      ? (lines.findLast((line) => line !== '') ?? 'said nothing')
      : counted
          .slice('Tests'.length)
          .replace(/\(\d+\)$/, '')
          .replaceAll(' | ', ', ')
          .trim();
  const line = said.length > LINE_MAX ? `${said.slice(0, LINE_MAX - 1)}…` : said;
  return exit_code === 0 ? line : `FAILED (exit code ${exit_code}): ${line}`;
}
