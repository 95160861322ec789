import { describe, expect, test } from 'vitest';
import { areaName } from '../../../../conformance/reports/areas.ts';
import { junitReport } from '../../../../conformance/reports/ci/junit.ts';
import type { RunResult } from '../../../../conformance/reports/result/result.ts';
import { areaOf } from '../../../../conformance/requirements/catalogue.ts';
import { failingResult } from '../failing.ts';
import { everything, readXml, textOf } from '../xml.ts';

const result = failingResult('a <strange> & "quoted" name');
const root = readXml(junitReport(result));
const cases = everything(root).filter(({ name }) => name === 'testcase');
const caseOf = (id: string) => cases.find(({ attributes }) => attributes['name']?.startsWith(`${id} `));

describe('the JUnit report', () => {
  test('is well-formed, whatever names and messages hold', () => {
    expect(root.name).toBe('testsuites');
    expect(root.attributes['name']).toBe('a <strange> & "quoted" name');
    const [first, ...rest] = result.requirements;
    if (first === undefined) throw new Error('there are requirements');
    const odd: RunResult = {
      ...result,
      requirements: [{ ...first, sentence: ' \ud800 ]]> &amp;' }, ...rest],
    };
    expect(() => readXml(junitReport(odd))).not.toThrow();
  });

  test('has a testsuite for each area and a testcase for each requirement, and counts them', () => {
    const areas = [...new Set(result.requirements.map(({ id }) => areaName(areaOf(id))))];
    expect(root.children.map(({ attributes }) => attributes['name'])).toEqual(areas);
    expect(areas).toContain('Fan-in, Phase 3 to 4');
    expect(cases.length).toBe(result.requirements.length);
    const failing = result.requirements.filter((entry) => entry.result === 'failed').length;
    expect(root.attributes).toMatchObject({
      tests: String(cases.length),
      failures: String(failing),
      errors: '0',
      skipped: '1',
      time: '1.2',
    });
    expect(everything(root).filter(({ name }) => name === 'failure').length).toBe(failing);
  });

  test('a failure has anomaly, proof, messages and the command that shows it again', () => {
    const failed = result.requirements.find(({ anomalies }) => anomalies.length > 0);
    const anomaly = failed?.anomalies[0];
    if (failed === undefined || anomaly === undefined) throw new Error('the history is wrong');
    const failure = caseOf(failed.id)?.children[0];
    expect(failure?.attributes).toMatchObject({
      type: anomaly.anomaly,
      message: `${anomaly.anomaly} in ${anomaly.case}`,
    });
    const text = failure === undefined ? '' : textOf(failure);
    expect(text).toContain(anomaly.proof);
    expect(text).toContain(`Again: ${anomaly.command}`);
    expect(text).toContain('#1 deliver to phase3-to-phase4-orchestrator');
  });

  test('what cannot be tested fails with its reason, what is not applicable is skipped with its reason', () => {
    expect(caseOf('CASC-014')?.children[0]).toMatchObject({
      name: 'failure',
      attributes: { type: 'not testable', message: 'not testable: no reason' },
    });
    expect(caseOf('CASC-001')?.children[0]).toMatchObject({
      name: 'skipped',
      attributes: { message: 'not claimed' },
    });
  });

  test('a known difference or a SHOULD does not fail the run and is skipped with its proof as output', () => {
    const known = result.requirements.map((entry) =>
      entry.result === 'failed'
        ? ({ ...entry, known: true, fails_run: false, reason: 'known: later' } as const)
        : entry,
    );
    const should = result.requirements.map(
      (entry) =>
        ({ ...entry, level: 'SHOULD', fails_run: entry.fails_run && entry.anomalies.length === 0 }) as const,
    );
    const of = (requirements: RunResult['requirements']) =>
      everything(readXml(junitReport({ ...result, requirements })));
    expect(of(known).filter(({ name }) => name === 'failure')).toEqual([]);
    expect(of(known).filter(({ name }) => name === 'system-out').length).toBeGreaterThan(0);
    const failed = of(should).filter(({ name }) => name === 'failure');
    expect(failed.map(({ attributes }) => attributes['type'])).toEqual(['not testable']);
  });
});
