import { areaName, byArea } from '../areas.ts';
import { escapeMarkup } from '../html/escape.ts';
import { type AnomalyResult, nameFailure, type RequirementResult, type RunResult } from '../result/result.ts';

/**
 * Write a run as JUnit XML: a testsuite per area, a testcase per requirement.
 *
 * A failure that does not fail the run (SHOULD, or a known difference) is a skipped testcase that says so and carries
 * its proof as output, so that the XML and the exit code agree.
 */
export function junitReport(result: RunResult): string {
  const { target, totals } = result;
  const { without = [] } = target;
  const areas = byArea(result.requirements, ({ id }) => id);
  const suites = [...areas].map(([area, entries]) => suite(areaName(area), target.name, entries));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeMarkup(without.length === 0 ? target.name : `${target.name}, without ${without.join(', ')}`)}" ${counts(result.requirements)} time="${totals.duration_seconds}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(name: string, target: string, entries: readonly RequirementResult[]): string {
  return [
    `  <testsuite name="${escapeMarkup(name)}" ${counts(entries)}>`,
    ...entries.map((entry) => testcase(entry, target, name)),
    '  </testsuite>',
  ].join('\n');
}

function testcase(entry: RequirementResult, target: string, area: string): string {
  const head = `    <testcase classname="${escapeMarkup(`${target}.${area}`)}" name="${escapeMarkup(`${entry.id} ${entry.sentence}`)}"`;
  if (entry.result === 'passed') return `${head}/>`;
  const skipped = (why: string): string => `      <skipped message="${escapeMarkup(why)}"/>`;
  if (entry.result === 'not_applicable' || entry.result === 'not_judged') {
    return [`${head}>`, skipped(entry.reason ?? entry.result.replace('_', ' ')), '    </testcase>'].join(
      '\n',
    );
  }
  const text = escapeMarkup(failureText(entry));
  const [first] = entry.anomalies;
  const kind = first?.anomaly ?? nameFailure(entry);
  const inside = entry.fails_run
    ? [
        `      <failure type="${escapeMarkup(kind)}" message="${escapeMarkup(first === undefined ? (entry.reason ?? kind) : `${kind} in ${first.case}`)}">${text}</failure>`,
      ]
    : [
        skipped(entry.reason ?? `${kind}; a SHOULD does not fail the run`),
        `      <system-out>${text}</system-out>`,
      ];
  return [`${head}>`, ...inside, '    </testcase>'].join('\n');
}

function failureText({ level, reason, anomalies }: RequirementResult): string {
  const lines = anomalies.flatMap((anomaly) => ['', ...anomalyText(anomaly)]);
  return [`Level ${level}.`, ...(reason === undefined ? [] : [reason]), ...lines].join('\n');
}

function anomalyText({
  anomaly,
  case: name,
  repeats,
  proof,
  smallest,
  sequence,
  command,
}: AnomalyResult): readonly string[] {
  const more = repeats === 0 ? '' : ` (and ${repeats} more like it)`;
  return [
    `${anomaly} in ${name}${more}`,
    proof,
    `Smallest case: ${smallest}.`,
    ...sequence.map((line) => `  ${line}`),
    `Again: ${command}`,
  ];
}

function counts(entries: readonly RequirementResult[]): string {
  const failures = entries.filter(({ fails_run }) => fails_run).length;
  const passed = entries.filter(({ result }) => result === 'passed').length;
  return `tests="${entries.length}" failures="${failures}" errors="0" skipped="${entries.length - passed - failures}"`;
}
