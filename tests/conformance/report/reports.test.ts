import { describe, expect, test } from 'vitest';
import { commandFor } from '../../../conformance/reports/command.ts';
import { colorsFor } from '../../../conformance/reports/console/colors.ts';
import { consoleReport } from '../../../conformance/reports/console/console.ts';
import { sequenceLines } from '../../../conformance/reports/lines.ts';
import { resultOf } from '../../../conformance/reports/result/build.ts';
import type { RunFacts } from '../../../conformance/reports/result/facts.ts';
import { CATALOGUE, findRequirement, type Requirement } from '../../../conformance/requirements/catalogue.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import type { ReportedAnomaly } from '../../../conformance/verdict/anomalies.ts';
import { obstacleOf, untested } from '../../../conformance/verdict/applicability.ts';
import { planCases } from '../../../conformance/verdict/running/cases.ts';
import { conforms, type RequirementVerdict } from '../../../conformance/verdict/verdict.ts';
import { completions, deliverSet } from '../checks/pipeline-story.ts';
import { story } from '../checks/story.ts';

const TARGET = readTarget(
  'mine.yaml',
  'name: mine\nprofiles: [message, fan-in]\ncomponents:\n  phase3-to-phase4-orchestrator: { command: [python3, app.py] }\n',
);
const requirement = (id: string): Requirement => {
  const found = findRequirement(id);
  if (found === undefined) throw new Error(id);
  return found;
};
const told = story();
deliverSet(told, 1, completions(1));
told.mark('end', 'everything is delivered');
const anomaly: ReportedAnomaly = {
  requirement: 'FANIN-001',
  anomaly: 'lost trigger',
  proof: 'Deliveries #1 and #3 were all acked.',
  events: [1, 3],
  check: 'fan-in-in-any-order',
  case: 'fan-in-in-any-order (1 of 6)',
  repeats: 5,
  explained_by: [],
  history: told.history(),
};
const verdict = (
  id: string,
  result: RequirementVerdict['result'],
  anomalies: readonly ReportedAnomaly[] = [],
) => ({
  requirement: requirement(id),
  result,
  reason: result === 'not_applicable' ? 'the target does not claim the profile cascade' : null,
  known: false,
  cases: result === 'not_applicable' ? 0 : 6,
  anomalies,
});
const VERDICTS: readonly RequirementVerdict[] = [
  verdict('MSG-003', 'passed'),
  verdict('FANIN-001', 'failed', [anomaly]),
  verdict('CASC-001', 'not_applicable'),
];
const FACTS: RunFacts = { target: TARGET, cloud: 'embedded', seed: 7, cases: 12, duration_ms: 1_234 };
const VERBOSE = { verbose: true } as const;
const plain = colorsFor(false, {});

describe('the console report', () => {
  const text = consoleReport(resultOf(VERDICTS, FACTS), plain, VERBOSE);
  test('has a line for each requirement under its area', () => {
    expect(text).toContain('Fan-in, Phase 3 to 4\n  FAIL FANIN-001 When the last of the five');
    expect(text).toContain('  pass MSG-003');
    expect(text).toContain('n/a  CASC-001');
    expect(text).toContain('- the target does not claim the profile cascade');
  });
  test('prints requirement, anomaly, proof, messages and the command of a failure', () => {
    expect(text).toContain('lost trigger in fan-in-in-any-order (1 of 6) (and 5 more like it)');
    expect(text).toContain('Deliveries #1 and #3 were all acked.');
    expect(text).toContain(
      '#1 deliver to phase3-to-phase4-orchestrator: player_game_summary 2031-03-05 run 1 success',
    );
    expect(text).toContain('-> 200 ack');
    expect(text).toContain(
      'Again: node conformance/cli/bin.mjs run --target mine.yaml --only fan-in-in-any-order@1 --seed 7',
    );
  });
  test('ends with totals, and has no colors without a terminal', () => {
    expect(text).toContain(
      'mine does not conform. 1 of 3 requirements passed, 1 failed (1 MUST, 0 SHOULD, 0 known)',
    );
    expect(text).toContain('12 cases in 1.2 s');
    expect(text).not.toContain('\u001b[');
    expect(consoleReport(resultOf(VERDICTS, FACTS), colorsFor(true, { NO_COLOR: '1' }), VERBOSE)).toBe(text);
    expect(consoleReport(resultOf(VERDICTS, FACTS), colorsFor(true, {}), VERBOSE)).toContain('\u001b[');
  });
});

test('what a proof cites is shown beside it, however much happened after it', () => {
  const long = story();
  deliverSet(long, 1, [...completions(1), ...completions(1)]);
  const found = verdict('FANIN-001', 'failed', [{ ...anomaly, history: long.history() }]);
  const lines = consoleReport(resultOf([found], FACTS), plain).split('\n');
  const shown = lines.flatMap((line) => /^ {5}#(\d+) /.exec(line)?.[1] ?? []);
  expect(shown).toEqual(['1', '3', '15', '17', '19']);
});

test('a reason that many requirements have is told once, whatever its counts, and names a dozen of them', () => {
  const ids = CATALOGUE.slice(0, 20).map(({ id }) => id);
  const reasonOf = (index: number): string =>
    `${index + 1} of its ${index + 2} cases left out: nobody answers`;
  const left_out = ids.map((id, index) => ({ ...verdict(id, 'not_judged'), reason: reasonOf(index) }));
  const report = (some: readonly RequirementVerdict[]): string => consoleReport(resultOf(some, FACTS), plain);
  expect(report(left_out)).toContain(`${ids.slice(0, 12).join(' ')} and 8 more: left out: nobody answers`);
  expect(report(left_out.slice(0, 1))).toContain('1 of its 2 cases left out: nobody answers');
});

test('a failure that a schedule shows is repeated by that schedule', () => {
  const found = verdict('FANIN-006', 'failed', [{ ...anomaly, run: { mark: 'date', schedule: 's1:2+1' } }]);
  const command =
    "node conformance/cli/bin.mjs run --target mine.yaml --only fan-in-in-any-order@1 --seed 7 --schedule 's1:2+1'";
  const result = resultOf([found], FACTS);
  expect(consoleReport(result, plain, VERBOSE)).toContain(`Again: ${command}`);
  expect(result.requirements).toMatchObject([{ anomalies: [{ schedule: 's1:2+1', command }] }]);
});

test('the JSON report has totals and one entry for each requirement, the same each time', () => {
  const report = resultOf(VERDICTS, FACTS);
  expect(JSON.stringify(resultOf(VERDICTS, FACTS))).toBe(JSON.stringify(report));
  expect(report.conforms).toBe(false);
  expect(report.totals).toMatchObject({
    requirements: 3,
    passed: 1,
    failed: 1,
    not_applicable: 1,
    cases: 12,
  });
  expect(report.requirements).toMatchObject([
    { id: 'MSG-003', level: 'MUST', result: 'passed', cases: 6, anomalies: [] },
    {
      id: 'FANIN-001',
      result: 'failed',
      anomalies: [{ anomaly: 'lost trigger', events: [1, 3], repeats: 5 }],
    },
    { id: 'CASC-001', result: 'not_applicable', cases: 0 },
  ]);
});

test('a component that was attached is named in the command and in the result', () => {
  const attached = { 'phase5-worker': 'http://127.0.0.1:9000' } as const;
  const command = commandFor({ check: 'x', case: 'x' }, { ...FACTS, target: { ...TARGET, attached } });
  expect(command).toBe(
    'node conformance/cli/bin.mjs run --target mine.yaml --attach phase5-worker=http://127.0.0.1:9000 --only x --seed 7',
  );
  expect(resultOf(VERDICTS, { ...FACTS, target: { ...TARGET, attached } })).toMatchObject({
    target: { attached },
  });
});

test('the messages of a case are shown once, and one kind of anomaly in full once', () => {
  const twice = { ...anomaly, anomaly: 'double trigger' as const };
  const elsewhere = { ...anomaly, case: 'another-case', check: 'another-case' };
  const failures = [
    verdict('FANIN-001', 'failed', [anomaly, elsewhere]),
    verdict('FANIN-006', 'failed', [twice]),
  ];
  const report = consoleReport(resultOf(failures, FACTS), plain, VERBOSE);
  expect(report.match(/^ {4}#\d+ deliver/gm)?.length).toBe(
    anomaly.history.filter(({ kind }) => kind === 'delivery').length +
      anomaly.history.filter(({ kind, sequence }) => kind === 'delivery' && anomaly.events.includes(sequence))
        .length,
  );
  expect(report).toContain('; all its messages are above.');
  expect(report).toMatch(/^ {2}Also in another-case\. Again: node .* --only another-case/m);
});

test('of a message that is delivered again and again the first and the last time are shown', () => {
  const told = story();
  for (let attempt = 1; attempt <= 5; attempt++) {
    told.deliver('phase2-raw', 'nba-phase1-scrapers-complete', null, { status: 503, message_id: 'same' });
  }
  const history = told
    .history()
    .map((event, index) => (event.kind === 'delivery' ? { ...event, attempt: index / 2 + 1 } : event));
  const lines = sequenceLines(history, [5]);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['#1', '#5', '#9', '(2']);
});

test('a long history is cut to the events of the proof and what came shortly before', () => {
  const long = story();
  for (let round = 0; round < 40; round++) deliverSet(long, 1, completions(1));
  const lines = sequenceLines(long.history(), [3, 391]);
  expect(lines.length).toBe(25);
  expect(lines[0]).toMatch(/^#3 /);
  expect(lines.at(-1)).toContain('more events');
});

describe('what counts', () => {
  test('a failed SHOULD is told and does not fail the run; a MUST does, unless it is known', () => {
    expect(conforms([verdict('ACK-007', 'failed', [anomaly])])).toBe(true);
    expect(conforms([verdict('FANIN-001', 'failed', [anomaly])])).toBe(false);
    expect(conforms([{ ...verdict('FANIN-001', 'failed', [anomaly]), known: true }])).toBe(true);
    expect(conforms([verdict('FANIN-011', 'failed')])).toBe(false);
  });
  test('what is not claimed is not applicable; what is claimed and cannot be tested is a failure', () => {
    const of = (id: string, cloud: 'embedded' | 'emulators' = 'embedded') =>
      untested(requirement(id), TARGET, cloud);
    expect(of('CASC-001').result).toBe('not_applicable');
    expect(of('LIVE-001')).toMatchObject({ result: 'not_applicable' });
    expect(of('FANIN-007', 'emulators').reason).toContain('emulators do not give');
    const bare = { ...TARGET, components: {}, profiles: ['coordinator', 'fan-in'] as const };
    expect(untested(requirement('FANIN-001'), bare, 'embedded')).toMatchObject({
      result: 'failed',
      reason: 'not testable: the target has no phase3-to-phase4-orchestrator',
    });
    // An orchestrator alone keeps documents, and none of a batch.
    expect(
      untested(requirement('STATE-006'), { ...TARGET, profiles: ['fan-in', 'state'] }, 'embedded'),
    ).toEqual({
      result: 'not_applicable',
      reason: 'the target has no phase5-coordinator',
    });
  });
  test('a check that needs a seed or a restart says what is missing', () => {
    const coordinator = {
      ...TARGET,
      profiles: ['coordinator'] as const,
      components: { 'phase5-coordinator': COMPONENT },
    };
    const start = requirement('COORD-001').checks[0];
    const restart = requirement('COORD-012').checks[0];
    if (start === undefined || restart === undefined) throw new Error('both have checks');
    expect(obstacleOf(start, coordinator, 'embedded')?.reason).toContain('no seed feature_store');
    const seeded = { ...coordinator, seeds: { feature_store: [] } };
    expect(obstacleOf(start, seeded, 'embedded')).toBeUndefined();
    expect(obstacleOf(restart, seeded, 'embedded')?.reason).toContain('cannot be restarted');
  });
  test('a case keeps its place when others are left out', () => {
    const checks = CATALOGUE.flatMap((one) => one.checks);
    const unique = [...new Set(checks)];
    const last = unique.at(-1);
    if (last === undefined) throw new Error('there are checks');
    const place = planCases(unique, unique).find((one) => one.check === last)?.place;
    expect(planCases(unique, [last])[0]?.place).toBe(place);
  });
});

const COMPONENT = {
  command: null,
  url: 'http://127.0.0.1:1',
  environment: {},
  ready: { health: '/' },
  wait_seconds: 1,
  delivery: { form: 'push_envelope' },
} as const;
