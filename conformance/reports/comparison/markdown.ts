import { plainText } from '../ci/markdown.ts';
import type { Comparison, RequirementChange } from './comparison.ts';
import { changeWords, comparisonSentence, runsSentence, SECTIONS } from './words.ts';

/** How many changes of a section are listed; a step summary has its limits. */
const LISTED_MAX = 60;

/** Write a comparison as Markdown, for a job's summary or a comment. */
export function comparisonMarkdown(comparison: Comparison): string {
  const sign = { worse: '❌', better: '✅', same: '➖', unknown: '❔' }[comparison.verdict];
  return [
    `## ${sign} ${plainText(comparisonSentence(comparison))}`,
    '',
    plainText(runsSentence(comparison)),
    '',
    ...comparison.notes.flatMap((note) => [`> ${plainText(note)}`, '']),
    ...SECTIONS.flatMap(({ direction, title }) => {
      const own = comparison.changes.filter((change) => change.direction === direction);
      const left = own.length - LISTED_MAX;
      if (own.length === 0) return [];
      return [
        `**${title}**`,
        '',
        ...own.slice(0, LISTED_MAX).map(changeLine),
        ...(left > 0 ? [`- ${left} more; \`conformance diff --json\` has all of them.`] : []),
        '',
      ];
    }),
  ].join('\n');
}

function changeLine(change: RequirementChange): string {
  const { id, level, sentence, entry, direction } = change;
  const [first] = entry.anomalies;
  const proof = direction === 'worse' && first !== undefined ? ` ${plainText(first.proof)}` : '';
  return `- **${id}** (${level}) ${plainText(sentence)} ${plainText(changeWords(change))}.${proof}`;
}
