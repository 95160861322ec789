import type { SituationCoverage } from '../../checks/situations/coverage.ts';
import type { Colors } from './colors.ts';

/** How many situations that never came are told where not all is. */
const MISSED_MAX = 2;

/** A paragraph of what happened, if it is wanted, and a line for each situation that a check is about and that never came. */
export function situationLines(
  situations: readonly SituationCoverage[],
  colors: Colors,
  counted: boolean,
): readonly string[] {
  const missed = situations.filter(({ never_in }) => never_in.length > 0);
  const told_missed = counted ? missed : missed.slice(0, MISSED_MAX);
  const never = told_missed.flatMap(({ name, sentence, never_in }) => [
    colors.yellow(`  never in ${never_in.join(', ')}: ${name}. ${sentence}`),
    colors.dim('    A pass of that check says little before it has happened.'),
  ]);
  const left = missed.length - told_missed.length;
  if (left > 0) never.push(colors.dim(`  and ${left} more that never happened; --verbose names them`));
  const told =
    counted && situations.length > 0 ? wrap(situations.map(({ name, times }) => `${name} ${times}`)) : [];
  if (told.length + never.length === 0) return [];
  return ['', colors.bold('What happened, how often'), ...told, ...never];
}

const WIDTH = 118;

/** Join words by commas, on as many indented lines as they need. */
function wrap(words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const [index, word] of words.entries()) {
    const text = index === words.length - 1 ? word : `${word},`;
    if (line.length + text.length > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${text}`;
  }
  return [...lines, line];
}
