import type { RunResult } from '../result/result.ts';
import { escapeMarkup } from './escape.ts';
import { columnName, failureId } from './names.ts';

/** Write what to mend of every result, the most urgent first, each with a link to the failure to look at. */
export function causeSections(results: readonly RunResult[]): readonly string[] {
  const told = results.filter(({ causes, notices }) => causes.length + notices.length > 0);
  if (told.length === 0) return [];
  return [
    '<section id="causes" aria-labelledby="causes-title" tabindex="-1">',
    '<h2 id="causes-title">What to mend</h2>',
    ...results.flatMap((result, place) => {
      const { causes, notices, target } = result;
      if (causes.length + notices.length === 0) return [];
      return [
        ...(results.length > 1 ? [`<h3>${escapeMarkup(columnName(results, target.name, place))}</h3>`] : []),
        ...notices.map((notice) => `<p class="notice"><strong>First:</strong> ${escapeMarkup(notice)}</p>`),
        '<ol class="causes">',
        ...causes.map(
          ({ sentence, right, requirements, lead, urgency }) =>
            `<li class="${urgency === 'should' ? 'tolerated' : 'failed'}"><a href="#${failureId(place, lead.requirement)}">${escapeMarkup(sentence)}</a> ${escapeMarkup(right)} <small>Breaks ${requirements.join(', ')}.</small></li>`,
        ),
        '</ol>',
      ];
    }),
    '</section>',
  ];
}
