import type { Comparison } from '../compare.ts';
import type { Change } from '../model/change.ts';
import { countText, lineText, partiesText, shownMessages, triedText } from './words.ts';

/** Write a comparison for a terminal, the worst changes first. */
export function comparisonText(comparison: Comparison, seed: number): string {
  const { old, fresh, changes, disagreements } = comparison;
  const head = `${old.file} ${old.version} -> ${fresh.file} ${fresh.version}: ${countText(changes)}`;
  const disagreed = disagreements.map(
    ({ subject, direction, expected, found }) =>
      `A rule says that ${subject} is ${expected} (${direction}), and the search found ${found === null ? 'no such message' : `a message that is refused: ${found.problems.join('; ')}`}.`,
  );
  const fault =
    disagreed.length > 0
      ? ['', 'RULE AND SEARCH DISAGREE: please report this, with both contracts and the seed.', ...disagreed]
      : [];
  const searched = changes.some((change) => change.searches.length > 0)
    ? ['', `The messages were drawn with --seed ${seed}.`]
    : [];
  return [
    head,
    ...changes.flatMap((change) => ['', ...changeLines(comparison, change)]),
    ...fault,
    ...searched,
  ].join('\n');
}

function changeLines(comparison: Comparison, change: Change): readonly string[] {
  const tried = triedText(change);
  const messages = shownMessages(change).flatMap(({ title, shown }) => [
    `  message  ${title}`,
    ...shown.problems.map((problem) => `           ${problem}`),
    ...JSON.stringify(shown.message, null, 2)
      .split('\n')
      .map((line) => `           ${line}`),
  ]);
  return [
    `${change.verdict.toUpperCase()}  ${change.what}`,
    `  where    ${lineText(comparison, change)}`,
    `  affects  ${partiesText(change.affected)}`,
    `  because  ${change.reason}`,
    ...(change.how === null ? [] : [`  do       ${change.how}`]),
    ...messages,
    ...(tried === '' ? [] : [`  proof    ${tried}`]),
  ];
}
