import type { RunResult } from '../result/result.ts';
import { factsOf, verdictSentence } from '../sentences.ts';
import { causeSections } from './causes.ts';
import { escapeMarkup } from './escape.ts';
import { failureSections } from './failures.ts';
import { overview } from './overview.ts';
import { STYLE } from './style.ts';
import { requirementTable } from './table.ts';

/** Write one page about results; each is a column of the table, in the order given. */
export function htmlReport(results: readonly RunResult[]): string {
  const title = results.map((result) => verdictSentence(factsOf(result))).join(' ');
  const has_failures = results.some(({ totals }) => totals.failed > 0);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8" />',
    '<meta name="viewport" content="width=device-width, initial-scale=1" />',
    '<meta name="color-scheme" content="light dark" />',
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<a class="skip" href="#${has_failures ? 'failures' : 'requirements'}">Skip to the ${has_failures ? 'failures' : 'requirements'}</a>`,
    '<header><p class="product">Conformance report</p>',
    `<div class="overviews${results.length > 1 ? ' is-many' : ''}">`,
    ...results.map(overview),
    '</div>',
    '<nav class="contents" aria-label="Contents">',
    results.some(({ causes }) => causes.length > 0) ? '<a href="#causes">What to mend</a>' : '',
    has_failures ? '<a href="#failures">Failures</a>' : '',
    '<a href="#requirements">Requirements</a>',
    '</nav>',
    '</header>',
    '<main>',
    ...causeSections(results),
    ...failureSections(results),
    ...requirementTable(results),
    '</main>',
    '</body>',
    '</html>',
    '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}
