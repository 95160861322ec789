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
  const has_failures = results.some(({ totals }) => totals.failed > 0);
  const first = has_failures ? 'failures' : 'requirements';
  return pageAround({
    title: results.map((result) => verdictSentence(factsOf(result))).join(' '),
    product: 'Conformance report',
    skip_to: { id: first, name: first },
    header: [
      `<div class="overviews${results.length > 1 ? ' is-many' : ''}">`,
      ...results.map(overview),
      '</div>',
      '<nav class="contents" aria-label="Contents">',
      results.some(({ causes }) => causes.length > 0) ? '<a href="#causes">What to mend</a>' : '',
      has_failures ? '<a href="#failures">Failures</a>' : '',
      '<a href="#requirements">Requirements</a>',
      '</nav>',
    ],
    main: [...causeSections(results), ...failureSections(results), ...requirementTable(results)],
  });
}

/** What a page consists of. */
export interface PageParts {
  readonly title: string;
  /** Says above everything what kind of page it is. */
  readonly product: string;
  readonly skip_to: { readonly id: string; readonly name: string };
  readonly header: readonly string[];
  readonly main: readonly string[];
  /** Style beside that of all pages. Default none. */
  readonly style?: string;
  /** What a program in the page is to know, as data attributes of the body. Default nothing. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Put parts of markup into one page that needs nothing from elsewhere. */
export function pageAround({
  title,
  product,
  skip_to,
  header,
  main,
  style = '',
  data = {},
}: PageParts): string {
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${escapeMarkup(value)}"`);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8" />',
    '<meta name="viewport" content="width=device-width, initial-scale=1" />',
    '<meta name="color-scheme" content="light dark" />',
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${STYLE}${style}</style>`,
    '</head>',
    `<body${attributes.join('')}>`,
    `<a class="skip" href="#${skip_to.id}">Skip to the ${skip_to.name}</a>`,
    `<header><p class="product">${escapeMarkup(product)}</p>`,
    ...header,
    '</header>',
    '<main>',
    ...main,
    '</main>',
    '</body>',
    '</html>',
    '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}
