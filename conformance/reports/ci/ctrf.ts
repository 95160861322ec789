import { areaOf } from '../../requirements/catalogue.ts';
import { areaName } from '../areas.ts';
import type { RequirementResult, RunResult } from '../result/result.ts';

/**
 * Write a run as CTRF, the Common Test Report Format: one test per requirement.
 *
 * As in the JUnit XML, a failure that does not fail the run is skipped with its proof as the message.
 *
 * @param ended_ms when the run ended, in milliseconds since 1970; the format wants begin and end.
 */
export function ctrfReport(result: RunResult, ended_ms: number): string {
  const tests = result.requirements.map((entry) => testOf(entry, result));
  const count = (status: Status): number => tests.filter((test) => test.status === status).length;
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    results: {
      tool: { name: 'conformance', version: result.contract.version },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: count('pending'),
        other: 0,
        start: Math.round(ended_ms - result.totals.duration_seconds * 1000),
        stop: Math.round(ended_ms),
      },
      tests,
      extra: {
        target: result.target.name,
        conforms: result.conforms,
        ...(result.target.without === undefined ? {} : { without: result.target.without }),
        extent: result.extent,
        interrupted: result.interrupted,
        seed: result.seed,
        contract_hash: result.contract.hash,
      },
    },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

type Status = 'passed' | 'failed' | 'skipped' | 'pending';

interface CtrfTest {
  readonly name: string;
  readonly status: Status;
  /** The format wants one; cases overlap, so a requirement has no duration of its own. */
  readonly duration: 0;
  readonly rawStatus: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly message?: string;
  readonly trace?: string;
  readonly extra: { readonly area: string; readonly cases: number; readonly commands: readonly string[] };
}

function testOf(entry: RequirementResult, result: RunResult): CtrfTest {
  const { id, sentence, level, profile, reason, anomalies } = entry;
  const [first] = anomalies;
  const message =
    first === undefined
      ? reason
      : `${first.anomaly} in ${first.case}: ${first.proof}${reason === undefined ? '' : ` (${reason})`}`;
  const trace = anomalies.flatMap(({ smallest, sequence, command }) => [
    `Smallest case: ${smallest}.`,
    ...sequence,
    `Again: ${command}`,
  ]);
  return {
    name: `${id} ${sentence}`,
    status: statusOf(entry),
    duration: 0,
    rawStatus: entry.result,
    type: 'conformance',
    tags: [level, profile, result.target.name],
    ...(message === undefined ? {} : { message }),
    ...(trace.length === 0 ? {} : { trace: trace.join('\n') }),
    extra: {
      area: areaName(areaOf(id)),
      cases: entry.cases,
      commands: anomalies.map(({ command }) => command),
    },
  };
}

function statusOf(entry: RequirementResult): Status {
  if (entry.result === 'passed') return 'passed';
  if (entry.result === 'not_judged') return 'pending';
  return entry.fails_run ? 'failed' : 'skipped';
}
