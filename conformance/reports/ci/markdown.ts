import { areaName, byArea } from '../areas.ts';
import { type AnomalyResult, nameFailure, type RequirementResult, type RunResult } from '../result/result.ts';
import { factsOf, verdictSentence } from '../sentences.ts';

/** GitHub refuses a step summary of more than 1 MiB; a run beside others leaves room for them. */
const FAILURES_MAX = 40;

/** Write runs as Markdown for a job summary: verdict, numbers by area, then every failure with its proof and command. */
export function markdownSummary(results: readonly RunResult[]): string {
  return results.map(oneSummary).join('\n');
}

function oneSummary(result: RunResult): string {
  const { totals, contract, cloud, seed, history_file } = result;
  const failures = result.requirements.filter((entry) => entry.result === 'failed');
  const ordered = [
    ...failures.filter(({ fails_run }) => fails_run),
    ...failures.filter((entry) => !entry.fails_run),
  ];
  const origin = history_file === null ? `cloud ${cloud}, seed ${seed}` : `recorded history ${history_file}`;
  return [
    `## ${result.conforms ? '✅' : '❌'} ${plainText(verdictSentence(factsOf(result)))}`,
    '',
    `${totals.cases} ${totals.cases === 1 ? 'case' : 'cases'} in ${totals.duration_seconds} s, contract ${contract.version}, ${plainText(origin)}.`,
    '',
    ...causeLines(result),
    '| area | passed | failed | SHOULD or known | not applicable | not judged |',
    '|---|--:|--:|--:|--:|--:|',
    ...[...byArea(result.requirements, ({ id }) => id)].map(([area, entries]) => areaRow(area, entries)),
    '',
    ...ordered.slice(0, FAILURES_MAX).flatMap(failureLines),
    ...(ordered.length > FAILURES_MAX
      ? [`${ordered.length - FAILURES_MAX} more failed; the other reports have all of them.`, '']
      : []),
  ].join('\n');
}

/** How many causes a summary lists. */
const CAUSES_MAX = 20;

function causeLines({ causes, notices }: RunResult): readonly string[] {
  const left = causes.length - CAUSES_MAX;
  return [
    ...notices.flatMap((notice) => [`> ${plainText(notice)}`, '']),
    ...(causes.length === 0 ? [] : ['**What to mend, the most urgent first**', '']),
    ...causes
      .slice(0, CAUSES_MAX)
      .map(
        ({ sentence, right, requirements }, index) =>
          `${index + 1}. ${plainText(`${sentence} ${right}`)} (${requirements.join(', ')})`,
      ),
    ...(left > 0 ? ['', `${left} more; the other reports have all of them.`] : []),
    ...(causes.length === 0 ? [] : ['']),
  ];
}

function areaRow(area: string, entries: readonly RequirementResult[]): string {
  const count = (matches: (entry: RequirementResult) => boolean): number => entries.filter(matches).length;
  const failed = count(({ fails_run }) => fails_run);
  const numbers = [
    count(({ result }) => result === 'passed'),
    failed === 0 ? 0 : `**${failed}**`,
    count((entry) => entry.result === 'failed' && !entry.fails_run),
    count(({ result }) => result === 'not_applicable'),
    count(({ result }) => result === 'not_judged'),
  ];
  return `| ${plainText(areaName(area))} | ${numbers.join(' | ')} |`;
}

function failureLines(entry: RequirementResult): readonly string[] {
  const names = nameFailure(entry);
  return [
    `<details${entry.fails_run ? ' open' : ''}><summary><b>${entry.id}</b> (${entry.level}) ${plainText(entry.sentence)} <b>${plainText(names)}</b></summary>`,
    '',
    ...(entry.reason === undefined ? [] : [plainText(entry.reason), '']),
    ...entry.anomalies.flatMap(anomalyLines),
    '</details>',
    '',
  ];
}

function anomalyLines(anomaly: AnomalyResult): readonly string[] {
  const text = [...anomaly.sequence, '', `Again: ${anomaly.command}`];
  const longest = Math.max(2, ...text.map((line) => /`+/.exec(line)?.[0].length ?? 0));
  const fence = '`'.repeat(longest + 1);
  return [
    `**${plainText(anomaly.anomaly)}** in ${plainText(anomaly.case)}: ${plainText(anomaly.proof)}`,
    '',
    `Smallest case: ${plainText(anomaly.smallest)}.`,
    '',
    `${fence}text`,
    ...text,
    fence,
    '',
  ];
}

/** Keep text from becoming markup, a link to issue #12, or a cell of its own. */
export function plainText(text: string): string {
  return text
    .replaceAll(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
    .replaceAll(/[\\`*_[\]|]/g, (character) => `\\${character}`)
    .replaceAll(/#(?=\d)/g, '#<!-- -->')
    .replaceAll(/\s*\n\s*/g, ' ');
}
