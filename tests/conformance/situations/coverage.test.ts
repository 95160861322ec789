import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { SITUATIONS } from '../../../conformance/checks/situations/all.ts';
import { type AboutSituations, coverSituations } from '../../../conformance/checks/situations/coverage.ts';
import { colorsFor } from '../../../conformance/reports/console/colors.ts';
import { consoleReport } from '../../../conformance/reports/console/console.ts';
import { resultOf } from '../../../conformance/reports/result/build.ts';
import { recordedFacts } from '../../../conformance/reports/result/facts.ts';
import { answer, deliver, happened } from './happenings.ts';

const TOGETHER = happened(deliver('1', { a: 1 }), deliver('2', { a: 2 }), answer(1), answer(2));
const APART = happened(deliver('1', { a: 1 }), answer(1), deliver('2', { a: 2 }), answer(3));

const ABOUT: AboutSituations = { name: 'together', situations: ['deliveries at once'], rounds: 2 };

describe('a run adds up what its cases are about', () => {
  test('how often it happened, and in how many of the cases', () => {
    const covered = coverSituations([
      { check: ABOUT, history: TOGETHER },
      { check: ABOUT, history: APART },
      { check: { name: 'about nothing' }, history: TOGETHER },
    ]);
    expect(covered).toMatchObject([
      { name: 'deliveries at once', times: 1, cases: 2, occurred_in: 1, never_in: [] },
    ]);
  });

  test('a check in none of whose cases it happened is named', () => {
    const apart = { check: ABOUT, history: APART };
    expect(coverSituations([apart, apart])[0]?.never_in).toEqual(['together']);
    // One of two rounds proves nothing.
    expect(coverSituations([apart])[0]?.never_in).toEqual([]);
  });

  test('the report counts in a paragraph, and warns in a line', () => {
    const apart = { check: ABOUT, history: APART };
    const report = (histories: readonly (typeof apart)[]): string =>
      consoleReport(
        resultOf([], recordedFacts('case.jsonl', { situations: coverSituations(histories) })),
        colorsFor(false, {}),
        { verbose: true },
      );
    expect(report([apart, { ...apart, history: TOGETHER }])).toContain(
      'What happened, how often\n  deliveries at once 1\n',
    );
    expect(report([apart, apart])).toContain(
      '  never in together: deliveries at once. A message about a date',
    );
    expect(report([])).not.toContain('What happened');
  });
});

test('every situation is what some check is about', () => {
  const named = new Set(CHECKS.flatMap(({ situations = [] }) => situations));
  expect(SITUATIONS.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
});
