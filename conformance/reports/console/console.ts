import type { SituationCoverage } from '../../checks/situations/coverage.ts';
import { areaName, byArea } from '../areas.ts';
import { isNotOffered, type RequirementResult, type RunResult } from '../result/result.ts';
import { factsOf, verdictSentence } from '../sentences.ts';
import { causeLines } from './causes.ts';
import type { Colors } from './colors.ts';
import { failureLines, verdictLine } from './requirements.ts';

/** How much a report on the console says. */
export interface ConsoleOptions {
  /** Every requirement on a line and every failure with its messages, besides what is always told. */
  readonly verbose?: boolean;
}

/**
 * Write the report for people: what to mend, the most urgent first, then how each area stands, then the verdict. Without
 * `verbose` it fits in 150 lines.
 */
export function consoleReport(
  result: RunResult,
  colors: Colors,
  { verbose = false }: ConsoleOptions = {},
): string {
  const failures = result.requirements.filter((entry) => entry.result === 'failed');
  return [
    ...causeLines(result, colors),
    ...(verbose ? [...tables(result, colors), ...failureLines(failures, colors)] : areaLines(result, colors)),
    ...situationLines(result.situations, colors, verbose),
    '',
    ...totals(result, colors, verbose),
    '',
  ].join('\n');
}

function tables({ requirements }: RunResult, colors: Colors): readonly string[] {
  return [...byArea(requirements, ({ id }) => id)].flatMap(([area, entries]) => [
    '',
    colors.bold(areaName(area)),
    ...entries.map((entry) => verdictLine(entry, colors)),
  ]);
}

/** One line for each area: how many requirements passed, which failed, how many were left out. */
function areaLines({ requirements }: RunResult, colors: Colors): readonly string[] {
  const areas = [...byArea(requirements, ({ id }) => id)];
  if (areas.length === 0) return [];
  const width = Math.max(...areas.map(([area]) => areaName(area).length));
  return [
    '',
    colors.bold('Requirements'),
    ...areas.map(([area, entries]) => {
      const counted = [...countWords(entries, colors), ...failedWords(entries, colors)];
      return `  ${areaName(area).padEnd(width)}  ${counted.join(', ')}`;
    }),
  ];
}

function countWords(entries: readonly RequirementResult[], colors: Colors): readonly string[] {
  const words = ['passed', 'not offered', 'not applicable', 'not judged'] as const;
  return words.flatMap((word) => {
    const count = entries.filter((entry) => wordOf(entry) === word).length;
    if (count === 0) return [];
    return [word === 'passed' ? colors.green(`${count} ${word}`) : colors.dim(`${count} ${word}`)];
  });
}

function wordOf(entry: RequirementResult): string {
  return isNotOffered(entry) ? 'not offered' : entry.result.replace('_', ' ');
}

function failedWords(entries: readonly RequirementResult[], colors: Colors): readonly string[] {
  const failed = entries.filter(({ result }) => result === 'failed');
  const fails = failed.filter(({ fails_run }) => fails_run).map(({ id }) => id);
  const told = failed.filter(({ fails_run }) => !fails_run).map(({ id }) => id);
  return [
    ...(fails.length === 0 ? [] : [colors.red(`FAIL ${fails.join(' ')}`)]),
    ...(told.length === 0 ? [] : [colors.yellow(`SHOULD or known ${told.join(' ')}`)]),
  ];
}

function totals(result: RunResult, colors: Colors, verbose: boolean): readonly string[] {
  const { totals: count, conforms, extent, contract, causes } = result;
  const musts = Math.max(0, count.failed - count.failed_should - count.known);
  const sentence = verdictSentence(factsOf(result));
  const failed =
    count.failed === 0 ? '' : ` (${musts} MUST, ${count.failed_should} SHOULD, ${count.known} known)`;
  const lacking = result.requirements.filter(isNotOffered).length;
  const not_offered = lacking === 0 ? '' : `, ${lacking} of them not offered`;
  const not_judged = count.not_judged === 0 ? '' : `, ${count.not_judged} not judged`;
  const [first] = causes;
  return [
    `${conforms ? colors.green(sentence) : colors.red(sentence)} ${count.passed} of ${count.requirements} requirements passed, ${count.failed} failed${failed}, ${count.not_applicable} not applicable${not_offered}${not_judged}; ${count.cases} ${count.cases === 1 ? 'case' : 'cases'} in ${count.duration_seconds} s.`,
    ...(first === undefined || conforms ? [] : [`Mend first: ${first.sentence}`]),
    ...(extent === 'quick'
      ? [
          'A quick run leaves out explored schedules, faults, restarts and all rounds but the first, and may serve all components from one process; run without --quick before a deploy.',
        ]
      : []),
    ...(verbose ? [] : [colors.dim('--verbose tells every requirement on a line, and every failure.')]),
    colors.dim(`Contract ${contract.version}, ${origin(result)}.`),
  ];
}

function origin({ history_file, totals: { cases }, cloud, seed }: RunResult): string {
  return history_file === null
    ? `cloud ${cloud}, seed ${seed}`
    : `${cases === 1 ? 'one recorded case' : `${cases} recorded cases`}, ${history_file}; what it does not show is not judged`;
}

/** How many situations that never came are told where not all is. */
const MISSED_MAX = 2;

/** A paragraph of what happened, if it is wanted, and a line for each situation that a check is about and that never came. */
function situationLines(
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
