import type { SituationCoverage } from '../checks/situations/coverage.ts';
import { failsTheRun, type ReportedAnomaly, type RequirementVerdict } from '../verdict/verdict.ts';
import { areaName, byArea } from './areas.ts';
import type { Colors } from './colors.ts';
import { sequenceLines } from './lines.ts';
import { smallestCase, verdictSentence } from './sentences.ts';
import { commandFor, type Summary } from './summary.ts';

/** Write the report for people: a verdict per requirement by area, then every failure with its proof. */
export function consoleReport(
  summary: Summary,
  verdicts: readonly RequirementVerdict[],
  colors: Colors,
): string {
  const areas = byArea(verdicts, ({ requirement }) => requirement.id);
  const tables = [...areas].flatMap(([area, entries]) => [
    '',
    colors.bold(areaName(area)),
    ...entries.map((verdict) => verdictLine(verdict, summary.strict, colors)),
  ]);
  const page: Page = { summary, colors, told: new Set() };
  const failures = verdicts
    .filter(({ result }) => result === 'failed')
    .flatMap((verdict) => failureLines(verdict, page));
  const situations = situationLines(summary.situations, colors);
  return [...tables, ...failures, ...situations, '', ...totals(summary, colors), ''].join('\n');
}

function verdictLine(verdict: RequirementVerdict, strict: boolean, colors: Colors): string {
  const { requirement, result, cases, reason } = verdict;
  const marks = {
    passed: colors.green('pass'),
    failed: failsTheRun(verdict, strict) ? colors.red('FAIL') : colors.yellow('fail'),
    not_applicable: colors.dim('n/a '),
    not_judged: colors.dim('--  '),
  } as const;
  const counted = cases === 0 ? '' : colors.dim(` (${cases} ${cases === 1 ? 'case' : 'cases'})`);
  const why = result !== 'failed' && reason !== null ? colors.dim(` - ${reason}`) : '';
  const should = requirement.level === 'SHOULD' ? colors.dim(' [SHOULD]') : '';
  return `  ${marks[result]} ${requirement.id.padEnd(9)} ${requirement.sentence}${should}${counted}${why}`;
}

/** What the lines of a failure need to know of the whole report. */
interface Page {
  readonly summary: Summary;
  readonly colors: Colors;
  /** Cases whose messages stand further up. */
  readonly told: Set<string>;
}

function failureLines(verdict: RequirementVerdict, page: Page): readonly string[] {
  const { colors } = page;
  const { requirement, anomalies, reason } = verdict;
  const head = `${requirement.id} (${requirement.level}) ${requirement.sentence}`;
  return [
    '',
    colors.bold(colors.red(head)),
    ...(reason === null ? [] : [`  ${reason}`]),
    ...groups(anomalies).flatMap(([first, ...others]) => [
      ...anomalyLines(first, page),
      ...alsoLines(others, page),
    ]),
  ];
}

/** How many more checks are named that show the same anomaly. */
const ALSO_MAX = 3;

/** Anomalies of one kind together, the one of the smallest case first. */
function groups(
  anomalies: readonly ReportedAnomaly[],
): readonly (readonly [ReportedAnomaly, ...ReportedAnomaly[]])[] {
  const kinds = new Map<string, [ReportedAnomaly, ...ReportedAnomaly[]]>();
  for (const one of [...anomalies].sort((a, b) => a.history.length - b.history.length)) {
    const alike = kinds.get(one.anomaly);
    if (alike === undefined) kinds.set(one.anomaly, [one]);
    else alike.push(one);
  }
  return [...kinds.values()];
}

function alsoLines(others: readonly ReportedAnomaly[], { summary, colors }: Page): readonly string[] {
  const lines = others.slice(0, ALSO_MAX).map((one) => {
    const again = commandFor({ ...one, schedule: one.run?.schedule }, summary);
    return `  Also in ${one.case}. Again: ${again}`;
  });
  const left = others.length - lines.length;
  return [...lines, ...(left > 0 ? [colors.dim(`  and in ${left} more; --json and --html tell all`)] : [])];
}

function anomalyLines(anomaly: ReportedAnomaly, { summary, colors, told }: Page): readonly string[] {
  const more = anomaly.repeats === 0 ? '' : ` (and ${anomaly.repeats} more like it)`;
  const { history, events, run } = anomaly;
  const shown = `${anomaly.case} ${run?.mark ?? ''}`;
  const is_told = told.has(shown);
  told.add(shown);
  const cited = history.filter(({ sequence }) => events.includes(sequence));
  const lines = sequenceLines(is_told ? cited : history, events).map((line) => colors.dim(`    ${line}`));
  return [
    `  ${colors.bold(anomaly.anomaly)} in ${anomaly.case}${more}`,
    `  ${anomaly.proof}`,
    `  Smallest case: ${smallestCase(anomaly)}${is_told ? '; all its messages are above' : ''}.`,
    ...lines,
    `  Again: ${commandFor({ ...anomaly, schedule: anomaly.run?.schedule }, summary)}`,
  ];
}

/** One paragraph of what happened, and a line for each situation that a check is about and that never came. */
function situationLines(situations: readonly SituationCoverage[], colors: Colors): readonly string[] {
  if (situations.length === 0) return [];
  const counted = situations.map(({ name, times }) => `${name} ${times}`);
  const never = situations.flatMap(({ name, sentence, never_in }) =>
    never_in.length === 0
      ? []
      : [
          colors.yellow(`  never in ${never_in.join(', ')}: ${name}. ${sentence}`),
          colors.dim('    A pass of that check says little before it has happened.'),
        ],
  );
  return ['', colors.bold('What happened, how often'), ...wrap(counted), ...never];
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

function totals(summary: Summary, colors: Colors): readonly string[] {
  const musts = summary.failed - summary.failed_should - summary.known;
  const sentence = verdictSentence({ ...summary, totals: summary });
  const verdict = summary.conforms ? colors.green(sentence) : colors.red(sentence);
  const failed =
    summary.failed === 0
      ? ''
      : ` (${Math.max(0, musts)} MUST, ${summary.failed_should} SHOULD, ${summary.known} known)`;
  const not_judged = summary.not_judged === 0 ? '' : `, ${summary.not_judged} not judged`;
  return [
    `${verdict} ${summary.passed} of ${summary.requirements} requirements passed, ${summary.failed} failed${failed}, ${summary.not_applicable} not applicable${not_judged}; ${summary.cases} ${summary.cases === 1 ? 'case' : 'cases'} in ${summary.duration_seconds} s.`,
    ...(summary.extent === 'quick'
      ? [
          'A quick run leaves out explored schedules, faults, restarts and all rounds but the first, and may serve all components from one process; run without --quick before a deploy.',
        ]
      : []),
    colors.dim(`Contract ${summary.contract_version}, ${origin(summary)}.`),
  ];
}

function origin(summary: Summary): string {
  return summary.history_file === null
    ? `cloud ${summary.cloud}, seed ${summary.seed}`
    : `${summary.cases === 1 ? 'one recorded case' : `${summary.cases} recorded cases`}, ${summary.history_file}; what it does not show is not judged`;
}
