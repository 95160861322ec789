import type { Colors } from '../console/colors.ts';
import type { Comparison, RequirementChange } from './comparison.ts';
import { changeWords, comparisonSentence, runsSentence, SECTIONS } from './words.ts';

/** Write a comparison for people at a terminal: worse first, with proof and command; the verdict last. */
export function comparisonText(comparison: Comparison, colors: Colors): string {
  const { verdict, notes, changes } = comparison;
  const mark = { worse: colors.red, better: colors.green, same: colors.bold, unknown: colors.yellow }[
    verdict
  ];
  return [
    ...SECTIONS.flatMap(({ direction, title }) => {
      const own = changes.filter((change) => change.direction === direction);
      return own.length === 0
        ? []
        : ['', colors.bold(title), ...own.flatMap((one) => changeLines(one, colors))];
    }),
    '',
    ...notes.map((note) => colors.yellow(`! ${note}`)),
    mark(comparisonSentence(comparison)),
    colors.dim(runsSentence(comparison)),
    '',
  ].join('\n');
}

function changeLines(change: RequirementChange, colors: Colors): readonly string[] {
  const { id, level, sentence, direction, entry } = change;
  const mark = { worse: colors.red, better: colors.green, neither: colors.dim }[direction];
  const [first] = entry.anomalies;
  return [
    `  ${mark(id.padEnd(9))} ${sentence}${level === 'SHOULD' ? colors.dim(' [SHOULD]') : ''}`,
    `    ${changeWords(change)}`,
    ...(direction !== 'worse' || first === undefined
      ? []
      : [`    Seen in ${first.case}: ${first.proof}`, `    Again: ${first.command}`]),
  ];
}
