import { describe, expect, test } from 'vitest';
import type { Check } from '../../../conformance/checks/check.ts';
import type { Scene } from '../../../conformance/harness/scene/scene.ts';
import type { ExplorationEvent, History } from '../../../conformance/history/events.ts';
import { verdictSentence } from '../../../conformance/reports/sentences.ts';
import { findRequirement, type Requirement } from '../../../conformance/requirements/catalogue.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { attach } from '../../../conformance/targets/starting/attach.ts';
import { judgeHistory } from '../../../conformance/verdict/anomalies.ts';
import { obstacleOf } from '../../../conformance/verdict/applicability.ts';
import { shortExplorations } from '../../../conformance/verdict/evidence.ts';
import { type Case, planCases, type TriedCase } from '../../../conformance/verdict/running/cases.ts';
import { planQuick } from '../../../conformance/verdict/running/quick.ts';
import { conforms, decideVerdicts, failsTheRun } from '../../../conformance/verdict/verdict.ts';
import { story } from '../checks/story.ts';

function requirement(id: string): Requirement {
  const found = findRequirement(id);
  if (found === undefined) throw new Error(`${id} is no requirement`);
  return found;
}

/** A check of FANIN-001 (MUST) and FANIN-011 (SHOULD) with three rounds; a marker in the history breaks either. */
const CHECK: Check = {
  name: 'invented',
  requirements: ['FANIN-001', 'FANIN-011'],
  profile: 'fan-in',
  components: ['phase3-to-phase4-orchestrator'],
  needs: [],
  rounds: 3,
  run: () => Promise.resolve(),
  judge: (history) =>
    history.flatMap((event) =>
      event.kind === 'marker' && event.name.startsWith('FANIN')
        ? [
            {
              requirement: event.name as 'FANIN-001',
              anomaly: 'lost trigger' as const,
              proof: `It broke at #${event.sequence}.`,
              events: [event.sequence],
            },
          ]
        : [],
    ),
};
const CASES = planCases([CHECK], [CHECK]);

function historyWith(broken: readonly string[], length: number, publishes = true): History {
  const told = story();
  if (publishes) told.publish('nba-phase4-trigger', {});
  for (let count = 0; count < length; count++) told.mark('step', 'something happened');
  for (const id of broken) told.mark(id, 'a promise breaks');
  return told.history();
}

/** What ran: per case the requirements that it breaks, and how much else happened in it. */
function runsOf(...broken: readonly (readonly [readonly string[], number?])[]): readonly TriedCase[] {
  return broken.map(([ids, length = 1], index) => ({
    case: CASES[index] as Case,
    scene: { history: () => historyWith(ids, length) } as unknown as Scene,
    duration_ms: 1,
  }));
}

function targetWith(...known: readonly string[]) {
  const entries = known.map((id) => `  - { requirement: ${id}, reason: "until the next release" }`);
  const differences = known.length === 0 ? '' : `known_differences:\n${entries.join('\n')}\n`;
  return readTarget(
    'mine.yaml',
    `name: mine\nprofiles: [message, fan-in]\ncomponents:\n  phase3-to-phase4-orchestrator: { command: [python3, app.py] }\n${differences}`,
  );
}

function judged(
  runs: readonly TriedCase[],
  known: readonly string[],
  extent: { planned?: readonly Case[]; cut_short?: string } = {},
) {
  const requirements = [requirement('FANIN-001'), requirement('FANIN-011')];
  return decideVerdicts(requirements, runs, targetWith(...known), 'embedded', {
    planned: extent.planned ?? CASES,
    possible: CASES,
    cut_short: extent.cut_short ?? null,
    left_out: 'left out by --quick',
  });
}

/** The same orchestrator, started by hand. */
const attached = () => attach(targetWith(), { 'phase3-to-phase4-orchestrator': 'http://127.0.0.1:1' });

const KEPT = runsOf([[]], [[]], [[]]);
const MUST_BROKEN = runsOf([[]], [['FANIN-001']], [[]]);
const SHOULD_BROKEN = runsOf([[]], [['FANIN-011']], [[]]);

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

describe('a target that publishes nothing', () => {
  const silent = (count: number, check = CHECK): readonly TriedCase[] =>
    planCases([check], [check])
      .slice(0, count)
      .map((one) => ({
        case: one,
        scene: { history: () => historyWith([], 1, false) } as unknown as Scene,
        duration_ms: 1,
      }));
  test('keeps no requirement by that: it is not testable', () => {
    const verdicts = judged(silent(3), []);
    expect(verdicts[0]).toMatchObject({
      result: 'failed',
      reason: 'not testable: the target published nothing in any of its 3 cases',
      cases: 3,
    });
    expect(conforms(verdicts)).toBe(false);
  });
  test('is not judged where only a part of the cases was run', () => {
    const [first] = judged(silent(1), [], { planned: CASES.slice(0, 1) });
    expect(first).toMatchObject({
      result: 'not_judged',
      reason: 'the target published nothing in its one case',
    });
  });
  test('keeps what is about answers, and not the shape of messages', () => {
    const requirements = [requirement('FANIN-001'), requirement('MSG-001')];
    const extent = { planned: CASES, possible: CASES, cut_short: null, left_out: '' };
    const runs = silent(3, { ...CHECK, is_silent: true });
    const [about, shape] = decideVerdicts(requirements, runs, targetWith(), 'embedded', extent);
    expect(about?.result).toBe('passed');
    expect(shape).toMatchObject({ result: 'failed', cases: 3 });
  });
});

describe('how much was explored is said beside what was kept', () => {
  const explored = (told: Partial<ExplorationEvent>): readonly TriedCase[] =>
    KEPT.map((run, place) => {
      const event = { kind: 'exploration', runs: 4, strategy: 'by chance', failing: [], ...told };
      const history = [...run.scene.history(), ...(place === 0 ? [event] : [])];
      return { ...run, scene: { history: () => history } as unknown as Scene };
    });
  test.each<readonly [Partial<ExplorationEvent>, string, number]>([
    [
      { is_complete: true, ended_by: 'nothing left', runs_max: 8 },
      'all 4 schedules in invented (1 of 3) (by chance)',
      0,
    ],
    [{ ended_by: 'number', runs_max: 4 }, '(by chance; there are more)', 0],
    [
      { ended_by: 'time', runs_max: 8 },
      '4 schedules in invented (1 of 3) (by chance; of at most 8, stopped by time)',
      1,
    ],
    [{ ended_by: 'time' }, '(by chance; until its time was over)', 0],
    [{ ended_by: 'nothing left', runs_max: 8 }, '(by chance; not certain to be all', 0],
    [{ misfits: [] }, '4 schedules in invented (1 of 3) (by chance)', 0],
    [{}, '(by chance; there are more)', 0],
  ])('%j', (told, words, warnings) => {
    const [first] = judged(explored(told), []);
    expect(first?.reason).toContain(words);
    expect(shortExplorations(explored(told))).toHaveLength(warnings);
  });
});

describe('a target whose calls do not name the date', () => {
  const with_events = (...events: readonly object[]): readonly TriedCase[] =>
    KEPT.map((run, place) => {
      const history = [...run.scene.history(), ...(place === 0 ? events : [])];
      return { ...run, scene: { history: () => history } as unknown as Scene };
    });
  const exploration = (store_calls: number) => ({ kind: 'exploration', runs: 1, failing: [], store_calls });
  const fault = (change: string, on = 'commit') => ({
    kind: 'fault',
    change,
    fault: `each ${on} is refused`,
  });
  test.each<readonly [string, readonly object[], string]>([
    ['nothing was put in order', [exploration(0)], 'no read or commit could be put in order'],
    ['nothing was struck', [fault('begins'), fault('ends')], 'no commit was struck'],
    [
      'only the other kind was struck',
      [fault('begins'), fault('begins', 'publish'), fault('strikes', 'publish')],
      'no commit was struck',
    ],
  ])('is not testable where %s', (_, events, words) => {
    const [first] = judged(with_events(...events), []);
    expect(first).toMatchObject({ result: 'failed', anomalies: [] });
    expect(first?.reason).toContain(`not testable: ${words}; calls must name their game date`);
  });
  test('is testable where some did', () => {
    const events = [exploration(0), exploration(3), fault('begins'), fault('strikes')];
    expect(judged(with_events(...events), [])[0]).toMatchObject({ result: 'passed' });
  });
});

describe('a schedule that was given', () => {
  const replayed = (...misfits: readonly (readonly string[])[]): readonly TriedCase[] =>
    runsOf(...misfits.map(() => [[]] as const)).map((run, place) => ({
      ...run,
      scene: { history: () => [...run.scene.history(), replayOf(misfits[place] ?? [])] } as unknown as Scene,
    }));
  const replayOf = (misfits: readonly string[]): object => ({
    kind: 'exploration',
    runs: 1,
    failing: [],
    misfits,
  });
  test('and fits no case proves nothing', () => {
    const [first] = judged(replayed(['step 99 was never reached'], ['no'], ['no']), []);
    expect(first).toMatchObject({ result: 'not_judged', cases: 3 });
    expect(first?.reason).toContain(
      'the schedule fits no case (invented (1 of 3): step 99 was never reached',
    );
  });
  test('and fits one of them is a run of that one', () => {
    const [first] = judged(replayed(['step 99 was never reached'], [], []), []);
    expect(first).toMatchObject({ result: 'passed' });
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
    const runs = runsOf([['CASC-001']], [[]], [[]]);
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
    const [first] = judged(runsOf([[]]), ['FANIN-001'], { planned: CASES.slice(0, 1) });
    expect(first).toMatchObject({ result: 'passed', cases: 1, known: false });
    expect(first?.reason).toContain('the entry stands');
  });
  test('when nothing of it was chosen', () => {
    const [first] = judged([], ['FANIN-001'], { planned: [] });
    expect(first).toMatchObject({ result: 'not_judged', reason: 'left out by --quick', cases: 0 });
  });
  test('when the run was interrupted', () => {
    const [first] = judged(runsOf([[]]), ['FANIN-001'], { cut_short: 'interrupted' });
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
  const verdicts = judged(runsOf([['FANIN-001']]), [], { cut_short: 'interrupted' });
  expect(verdicts.map(({ result }) => result)).toEqual(['failed', 'not_judged']);
  expect(conforms(verdicts)).toBe(false);
});

test('the smallest of several cases is told, and the others are counted', () => {
  const [first] = judged(runsOf([['FANIN-001'], 9], [['FANIN-001', 'FANIN-001'], 2], [['FANIN-001'], 5]), []);
  expect(first?.anomalies).toMatchObject([{ case: 'invented (2 of 3)', repeats: 2 }]);
});

describe('the verdict in one sentence', () => {
  const totals = { passed: 3, failed: 0, requirements_of_contract: 100 };
  const facts = { target: 'mine', extent: 'all', interrupted: false, conforms: true, totals } as const;
  test.each([
    [{}, 'mine conforms.'],
    [{ conforms: false }, 'mine does not conform.'],
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

describe('a quick run', () => {
  const check = (name: string, rest: Partial<Check>): Check => ({ ...CHECK, name, rounds: 1, ...rest });
  const faulty = check('faulty', { needs: ['store-faults'] });
  const exploring = check('exploring', { needs: ['interleavings'] });
  const alone = check('alone', { exclusive: true });
  const wide = check('wide', { components: ['phase3-to-phase4-orchestrator', 'phase5-worker'] });
  const coordinator = check('coordinator', {
    profile: 'coordinator',
    components: ['phase5-coordinator'],
    requirements: ['COORD-001'],
  });
  test('tries the first round of something of every profile, and starts as little as possible', () => {
    const all = [faulty, exploring, alone, wide, CHECK, coordinator];
    const cases = planQuick(all, all);
    expect(cases.map(({ check, round }) => [check.name, round])).toEqual([
      ['invented', 1],
      ['coordinator', 1],
    ]);
  });
  test('leaves out checks that cannot be run', () => {
    expect(planQuick([CHECK, coordinator], [coordinator]).map(({ check }) => check.name)).toEqual([
      'coordinator',
    ]);
  });
});
