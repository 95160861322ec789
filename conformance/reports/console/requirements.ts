import type { AnomalyResult, RequirementResult } from '../result/result.ts';
import type { Colors } from './colors.ts';

/** Write one requirement on a line: what became of it, its sentence, and why. */
export function verdictLine(entry: RequirementResult, colors: Colors): string {
  const { id, level, sentence, result, cases, reason } = entry;
  const marks = {
    passed: colors.green('pass'),
    failed: entry.fails_run ? colors.red('FAIL') : colors.yellow('fail'),
    not_applicable: colors.dim('n/a '),
    not_judged: colors.dim('--  '),
  } as const;
  const counted = cases === 0 ? '' : colors.dim(` (${cases} ${cases === 1 ? 'case' : 'cases'})`);
  const why = result !== 'failed' && reason !== undefined ? colors.dim(` - ${reason}`) : '';
  const should = level === 'SHOULD' ? colors.dim(' [SHOULD]') : '';
  return `  ${marks[result]} ${id.padEnd(9)} ${sentence}${should}${counted}${why}`;
}

/** Write failed requirements with every proof, the messages of the smallest case and the command that shows it again. */
export function failureLines(failures: readonly RequirementResult[], colors: Colors): readonly string[] {
  const told = new Set<string>();
  return failures.flatMap(({ id, level, sentence, reason, anomalies }) => [
    '',
    colors.bold(colors.red(`${id} (${level}) ${sentence}`)),
    ...(reason === undefined ? [] : [`  ${reason}`]),
    ...groups(anomalies).flatMap(([first, ...others]) => [
      ...anomalyLines(first, told, colors),
      ...alsoLines(others, colors),
    ]),
  ]);
}

/** How many more checks are named that show the same anomaly. */
const ALSO_MAX = 3;

/** Anomalies of one kind together, the one with the fewest messages first. */
function groups(
  anomalies: readonly AnomalyResult[],
): readonly (readonly [AnomalyResult, ...AnomalyResult[]])[] {
  const kinds = new Map<string, [AnomalyResult, ...AnomalyResult[]]>();
  for (const one of [...anomalies].sort((a, b) => a.sequence.length - b.sequence.length)) {
    const alike = kinds.get(one.anomaly);
    if (alike === undefined) kinds.set(one.anomaly, [one]);
    else alike.push(one);
  }
  return [...kinds.values()];
}

function alsoLines(others: readonly AnomalyResult[], colors: Colors): readonly string[] {
  const lines = others.slice(0, ALSO_MAX).map((one) => `  Also in ${one.case}. Again: ${one.command}`);
  const left = others.length - lines.length;
  return [...lines, ...(left > 0 ? [colors.dim(`  and in ${left} more; --json and --html tell all`)] : [])];
}

function anomalyLines(anomaly: AnomalyResult, told: Set<string>, colors: Colors): readonly string[] {
  const more = anomaly.repeats === 0 ? '' : ` (and ${anomaly.repeats} more like it)`;
  const shown = `${anomaly.case} ${anomaly.schedule ?? ''}`;
  const is_told = told.has(shown);
  told.add(shown);
  const numbers = anomaly.events.map((event) => `#${event} `);
  const lines = is_told
    ? anomaly.sequence.filter((line) => numbers.some((number) => line.startsWith(number)))
    : anomaly.sequence;
  return [
    `  ${colors.bold(anomaly.anomaly)} in ${anomaly.case}${more}`,
    `  ${anomaly.proof}`,
    `  Smallest case: ${anomaly.smallest}${is_told ? '; all its messages are above' : ''}.`,
    ...lines.map((line) => colors.dim(`    ${line}`)),
    `  Again: ${anomaly.command}`,
  ];
}
