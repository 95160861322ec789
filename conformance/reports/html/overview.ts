import type { RunResult } from '../result/result.ts';
import { factsOf, verdictSentence } from '../sentences.ts';
import { escapeMarkup } from './escape.ts';

/** Write the verdict on one result, its numbers, and what was judged. */
export function overview(result: RunResult): string {
  const { totals, contract } = result;
  const failed_must = result.requirements.filter(({ fails_run }) => fails_run).length;
  const numbers: readonly (readonly [string, number, string])[] = [
    ['passed', totals.passed, 'passed'],
    ['failed', failed_must, 'failed'],
    ['SHOULD or known', totals.failed - failed_must, 'tolerated'],
    ['not applicable', totals.not_applicable, 'not_applicable'],
    ...(totals.not_judged === 0 ? [] : ([['not judged', totals.not_judged, 'not_judged']] as const)),
  ];
  const facts = [
    `${totals.requirements} requirements, ${totals.cases} ${totals.cases === 1 ? 'case' : 'cases'} in ${totals.duration_seconds} s`,
    `contract ${contract.version} (${contract.hash.slice(0, 12)})`,
    result.history_file === null ? `cloud ${result.cloud}` : `recorded history ${result.history_file}`,
    ...(result.seed === null ? [] : [`seed ${result.seed}`]),
    ...(result.target.file === null ? [] : [result.target.file]),
  ];
  return [
    `<section class="overview ${result.conforms ? 'is-good' : 'is-bad'}">`,
    `<h1><span class="sign" aria-hidden="true">${result.conforms ? '✓' : '✗'}</span> ${escapeMarkup(verdictSentence(factsOf(result)))}</h1>`,
    '<ul class="numbers">',
    ...numbers.map(
      ([name, count, kind]) =>
        `<li class="${kind}${count === 0 ? ' is-zero' : ''}"><b>${count}</b> ${name}</li>`,
    ),
    '</ul>',
    bar(numbers, totals.requirements),
    `<p class="facts">${facts.map(escapeMarkup).join(' · ')}</p>`,
    '</section>',
  ].join('\n');
}

/** The numbers once more as one strip, for the eye only. */
function bar(numbers: readonly (readonly [string, number, string])[], requirements: number): string {
  const parts = numbers
    .filter(([, count]) => count > 0)
    .map(
      ([, count, kind]) =>
        `<i class="${kind}" style="width:${((100 * count) / Math.max(requirements, 1)).toFixed(2)}%"></i>`,
    );
  return `<div class="bar" aria-hidden="true">${parts.join('')}</div>`;
}
