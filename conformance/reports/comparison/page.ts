import { escapeMarkup } from '../html/escape.ts';
import { failureSections } from '../html/failures.ts';
import { failureId } from '../html/names.ts';
import { overview } from '../html/overview.ts';
import { pageAround } from '../html/page.ts';
import type { RunResult } from '../result/result.ts';
import type { Comparison, RequirementChange } from './comparison.ts';
import { changeWords, comparisonSentence, runsSentence, SECTIONS } from './words.ts';

/** Write a comparison as one page: both verdicts, what changed, and each failure that is new or has another cause. */
export function comparisonPage(comparison: Comparison, before: RunResult, after: RunResult): string {
  const title = comparisonSentence(comparison);
  const shown = after.requirements.filter(
    (entry) => entry.result === 'failed' && comparison.changes.some(({ id }) => id === entry.id),
  );
  const ids = new Set(shown.map(({ id }) => id));
  return pageAround({
    title,
    product: 'Comparison of two runs',
    skip_to: { id: 'changes', name: 'changes' },
    header: [
      `<h1>${escapeMarkup(title)}</h1>`,
      '<div class="overviews is-many">',
      ...[before, after].map(overview),
      '</div>',
      `<p class="facts">${escapeMarkup(runsSentence(comparison))}</p>`,
      ...comparison.notes.map((note) => `<p class="notice"><strong>Note:</strong> ${escapeMarkup(note)}</p>`),
    ],
    main: [
      '<section id="changes" aria-labelledby="changes-title" tabindex="-1">',
      '<h2 id="changes-title">What changed</h2>',
      ...(comparison.changes.length === 0 && comparison.verdict === 'same'
        ? ['<p>Every requirement stands as it stood.</p>']
        : []),
      ...SECTIONS.flatMap(({ direction, title: name }) =>
        section(
          name,
          comparison.changes.filter((one) => one.direction === direction),
          ids,
        ),
      ),
      '</section>',
      ...failureSections([{ ...after, requirements: shown }]),
    ],
  });
}

function section(
  title: string,
  changes: readonly RequirementChange[],
  shown: ReadonlySet<string>,
): readonly string[] {
  if (changes.length === 0) return [];
  return [
    `<h3>${escapeMarkup(title)}</h3>`,
    '<ul class="changes">',
    ...changes.map((one) => row(one, shown)),
    '</ul>',
  ];
}

function row(change: RequirementChange, shown: ReadonlySet<string>): string {
  const { id, level, sentence, direction } = change;
  const name = `<code>${escapeMarkup(id)}</code>`;
  const link = shown.has(id) ? `<a href="#${failureId(0, id)}">${name}</a>` : name;
  const kind = { worse: 'failed', better: 'passed', neither: 'not_judged' }[direction];
  return `<li class="${kind}">${link} <span class="level">${level}</span> ${escapeMarkup(sentence)}<br /><small>${escapeMarkup(changeWords(change))}</small></li>`;
}
