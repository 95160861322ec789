import type { SituationCoverage } from '../checks/situations/coverage.ts';
import type { Colors } from './colors.ts';

/** A paragraph of what happened, if it is wanted, and a line for each situation that a check is about and that never came. */
export function situationLines(
  situations: readonly SituationCoverage[],
  colors: Colors,
  counted: boolean,
): readonly string[] {
  const never = situations.flatMap(({ name, sentence, never_in }) =>
    never_in.length === 0
      ? []
      : [
          colors.yellow(`  never in ${never_in.join(', ')}: ${name}. ${sentence}`),
          colors.dim('    A pass of that check says little before it has happened.'),
        ],
  );
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
