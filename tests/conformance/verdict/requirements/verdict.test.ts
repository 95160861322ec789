import { describe, expect, test } from 'vitest';
import type { Check } from '../../../../conformance/checks/check.ts';
import type { Scene } from '../../../../conformance/harness/scene/scene.ts';
import { verdictSentence } from '../../../../conformance/reports/sentences.ts';
import { judgeHistory } from '../../../../conformance/verdict/anomalies.ts';
import { obstacleOf } from '../../../../conformance/verdict/applicability.ts';
import { planCases, type TriedCase } from '../../../../conformance/verdict/running/cases.ts';
import { conforms, decideVerdicts, failsTheRun } from '../../../../conformance/verdict/verdict.ts';
import { story } from '../../checks/story.ts';
import {
  attached,
  CASES,
  CHECK,
  historyWith,
  judged,
  KEPT,
  MUST_BROKEN,
  requirement,
  SHOULD_BROKEN,
  targetWith,
  triedCases,
} from './tried.ts';

describe('what fails a run', () => {
  test.each([
    ['everything is kept', KEPT, [], true, true],
    ['a MUST is broken', MUST_BROKEN, [], false, false],
    ['a SHOULD is broken', SHOULD_BROKEN, [], true, false],
    ['a broken MUST is known', MUST_BROKEN, ['FANIN-001'], true, true],
    ['a broken SHOULD is known', SHOULD_BROKEN, ['FANIN-011'], true, true],
    ['a MUST that is kept is listed as known', KEPT, ['FANIN-001'], false, false],
    ['a SHOULD that is kept is listed as known', KEPT, ['FANIN-011'], false, false],
    ['another requirement than the broken one is known', MUST_BROKEN, ['FANIN-011'], false, false],
  ] as const)('%s', (_, runs, known, lenient, strict) => {
    const verdicts = judged(runs, known);
    expect(conforms(verdicts)).toBe(lenient);
    expect(conforms(verdicts, true)).toBe(strict);
    expect(verdicts.some((verdict) => failsTheRun(verdict, false))).toBe(!lenient);
  });
});

describe('beside the chosen requirements', () => {
  const verdictsOf = (runs: readonly TriedCase[], named?: ReadonlySet<Check>) =>
    decideVerdicts([requirement('FANIN-011'), requirement('CASC-001')], runs, targetWith(), 'embedded', {
      planned: CASES,
      possible: CASES,
      cut_short: null,
      left_out: '',
      named,
    });
  test('what a check that was asked for by name shows is told', () => {
    expect(verdictsOf(MUST_BROKEN).map(({ requirement: { id } }) => id)).toEqual(['FANIN-011', 'CASC-001']);
    const told = verdictsOf(MUST_BROKEN, new Set([CHECK]));
    expect(told.map(({ requirement: { id }, result }) => `${id} ${result}`)).toEqual(
      expect.arrayContaining(['FANIN-011 passed', 'CASC-001 not_applicable', 'FANIN-001 failed']),
    );
  });
  test('a profile that is not claimed is not applicable, whatever a case shows of it', () => {
    const runs = triedCases([['CASC-001']], [[]], [[]]);
    const [, cascade] = verdictsOf(runs);
    expect(cascade).toMatchObject({
      result: 'not_applicable',
      reason: 'the target does not claim the profile cascade',
    });
  });
  test('checks that the target keeps from being tried are named', () => {
    const [fan_in] = decideVerdicts(
      [requirement('FANIN-006')],
      planCases([CHECK], [CHECK]).map((one) => ({
        case: { ...one, check: { ...CHECK, requirements: ['FANIN-006'] as const } },
        scene: { history: () => historyWith([], 1) } as unknown as Scene,
        duration_ms: 1,
      })),
      attached(),
      'embedded',
      { planned: CASES, possible: CASES, cut_short: null, left_out: '' },
    );
    expect(fan_in?.result).toBe('passed');
    expect(fan_in?.reason).toMatch(
      /not tried: .*every-interleaving-of-the-last-two-completions.* \(phase3-to-phase4-orchestrator runs on its own/,
    );
  });
});

test('a case that could not go on has shown none of its requirements', () => {
  const told = story();
  told.mark('FANIN-011', 'a promise breaks');
  told.mark('stuck', 'expected an answer');
  const found = judgeHistory(CHECK, 'invented', told.history());
  expect(found.map(({ requirement: id, anomaly }) => `${id} ${anomaly}`)).toEqual([
    'FANIN-011 lost trigger',
    'FANIN-001 stuck',
  ]);
});

describe('an entry of known_differences that was not wholly checked is not stale', () => {
  test('when only one round was chosen', () => {
    const [first] = judged(triedCases([[]]), ['FANIN-001'], { planned: CASES.slice(0, 1) });
    expect(first).toMatchObject({ result: 'passed', cases: 1, known: false });
    expect(first?.reason).toContain('the entry stands');
  });
  test('when nothing of it was chosen', () => {
    const [first] = judged([], ['FANIN-001'], { planned: [] });
    expect(first).toMatchObject({ result: 'not_judged', reason: 'left out by --quick', cases: 0 });
  });
  test('when the run was interrupted', () => {
    const [first] = judged(triedCases([[]]), ['FANIN-001'], { cut_short: 'interrupted' });
    expect(first).toMatchObject({ result: 'not_judged', reason: 'interrupted after 1 of its 3 cases' });
  });
  test('and it is stale when every case was run', () => {
    const [first] = judged(KEPT, ['FANIN-001']);
    expect(first).toMatchObject({ result: 'failed', known: false });
    expect(first?.reason).toContain('it is kept now; remove the entry from mine.yaml');
  });
});

test('a requirement that a later contract asks never fails an older claim', () => {
  const later = { ...requirement('FANIN-001'), since: '1.1.0' };
  const extent = { planned: CASES, possible: CASES, cut_short: null, left_out: '' };
  const claim = { ...targetWith('FANIN-001'), contract: '1.0.0' };
  const [older] = decideVerdicts([later], MUST_BROKEN, claim, 'embedded', extent);
  expect(older).toMatchObject({
    result: 'not_applicable',
    reason: 'it is asked since contract 1.1.0, and the target claims 1.0.0',
    anomalies: [],
  });
  const [current] = decideVerdicts([later], MUST_BROKEN, { ...claim, contract: '1.1.0' }, 'embedded', extent);
  expect(current).toMatchObject({ result: 'failed' });
  expect(obstacleOf(CHECK, { ...claim, contract: '0.9.0' }, 'embedded')).toMatchObject({ kind: 'version' });
  expect(obstacleOf(CHECK, claim, 'embedded')).toBeUndefined();
});

test('an interrupted run fails by what broke before it was interrupted', () => {
  const verdicts = judged(triedCases([['FANIN-001']]), [], { cut_short: 'interrupted' });
  expect(verdicts.map(({ result }) => result)).toEqual(['failed', 'not_judged']);
  expect(conforms(verdicts)).toBe(false);
});

test('the smallest of several cases is told, and the others are counted', () => {
  const [first] = judged(
    triedCases([['FANIN-001'], 9], [['FANIN-001', 'FANIN-001'], 2], [['FANIN-001'], 5]),
    [],
  );
  expect(first?.anomalies).toMatchObject([{ case: 'invented (2 of 3)', repeats: 2 }]);
});

describe('the verdict in one sentence', () => {
  const totals = { passed: 3, failed: 0, requirements_of_contract: 100 };
  const facts = { target: 'mine', extent: 'all', interrupted: false, conforms: true, totals } as const;
  test.each([
    [{}, 'mine conforms.'],
    [{ conforms: false }, 'mine does not conform.'],
    [{ without: ['a sweep'] }, 'mine conforms, without a sweep.'],
    [
      { without: ['a sweep', 'second runs of a date'], extent: 'selected' as const },
      'mine conforms in what was selected, 3 of 100 requirements, without a sweep and second runs of a date.',
    ],
    [{ without: ['a sweep'], conforms: false }, 'mine does not conform.'],
    [{ extent: 'quick' as const }, 'mine: no broken promise found among 3 of 100 requirements.'],
    [{ extent: 'quick' as const, conforms: false }, 'mine does not conform.'],
    [{ extent: 'selected' as const }, 'mine conforms in what was selected, 3 of 100 requirements.'],
    [{ extent: 'recorded' as const }, 'mine shows no broken promise.'],
    [
      { interrupted: true },
      'mine: interrupted; no broken promise found so far, among 3 of 100 requirements.',
    ],
    [{ interrupted: true, conforms: false }, 'mine does not conform; the run was interrupted.'],
  ])('%j: %s', (changed, sentence) => {
    expect(verdictSentence({ ...facts, ...changed })).toBe(sentence);
  });
});
