import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { joinStatements, traceProblems } from './decide.ts';
import { tracePage } from './page.ts';
import { shownBy, statementsOf, TraceFileError, textOf } from './read.ts';

const ROOT = new URL('../../', import.meta.url);
const STATEMENTS = 'scripts/traceability/statements.yaml';
const PAGE = 'docs/traceability.md';
const USAGE =
  'usage: npm run traceability -- RESULT [--check], RESULT being what "conformance run --json" printed';

/** Writes the table, or with --check compares it; 1 when a MUST is untested, unnamed or broken, or the table is stale. */
function main(argv: readonly string[]): number {
  const is_check = argv.includes('--check');
  const [result, ...rest] = argv.filter((word) => word !== '--check');
  if (result === undefined || rest.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const shown = shownBy(textOf(result), result);
  const rows = joinStatements(statementsOf(textOf(pathOf(STATEMENTS)), STATEMENTS), shown);
  const problems = [...traceProblems(rows, shown, (path) => existsSync(pathOf(path)))];
  const page = tracePage(rows, shown);
  if (!is_check) writeFileSync(pathOf(PAGE), page);
  else if (!existsSync(pathOf(PAGE)) || readFileSync(pathOf(PAGE), 'utf8') !== page) {
    problems.push(
      `${PAGE}: expected the table of this run, got another; run "npm run traceability -- ${result}"`,
    );
  }
  for (const problem of problems) console.error(problem);
  if (problems.length === 0)
    console.log(`${rows.length} statements and ${shown.length} requirements: every MUST is tested; ${PAGE}`);
  return problems.length === 0 ? 0 : 1;
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TraceFileError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
