import type { Comparison } from '../compare.ts';
import type { Change } from '../model/change.ts';
import { countText, lineText, partiesText, shownMessages, triedText } from './words.ts';

const MARKS: Readonly<Record<Change['verdict'], string>> = {
  breaking: '🟥',
  'needs an order': '🟧',
  compatible: '🟩',
  documentation: '⬜',
};

/** Write a comparison as Markdown, for the summary of a pull request. */
export function comparisonMarkdown(comparison: Comparison, seed: number): string {
  const { old, fresh, changes, disagreements } = comparison;
  const rows = changes.map(
    (change) =>
      `| ${MARKS[change.verdict]} ${change.verdict} | ${cell(change.what)} | ${cell(partiesText(change.affected))} | ${cell(change.reason)} |`,
  );
  const table = ['| verdict | change | affects | because |', '|---|---|---|---|', ...rows];
  const details = changes
    .filter((change) => change.how !== null || shownMessages(change).length > 0)
    .flatMap((change) => detailLines(comparison, change));
  const fault =
    disagreements.length > 0
      ? [
          '',
          `> Rule and search disagree in ${disagreements.length} places. That is a fault of the tool: please report it with seed ${seed}.`,
        ]
      : [];
  const title = `### Contract ${old.version} → ${fresh.version}: ${countText(changes)}`;
  return [title, '', ...(changes.length > 0 ? table : ['Nothing changed.']), ...fault, ...details].join('\n');
}

function detailLines(comparison: Comparison, change: Change): readonly string[] {
  const messages = shownMessages(change).flatMap(({ title, shown }) => [
    '',
    `${escaped(title)}: ${shown.problems.map(escaped).join('; ')}`,
    '',
    '```json',
    ...JSON.stringify(shown.message, null, 2).split('\n'),
    '```',
  ]);
  const tried = triedText(change);
  return [
    '',
    `<details><summary>${MARKS[change.verdict]} ${escaped(change.what)} (${escaped(lineText(comparison, change))})</summary>`,
    '',
    ...(change.how === null ? [] : [`**Without an outage:** ${escaped(change.how)}`]),
    ...messages,
    ...(tried === '' ? [] : ['', `${tried}.`]),
    '',
    '</details>',
  ];
}

function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([*_`[\]])/g, '\\$1');
}
