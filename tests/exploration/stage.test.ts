import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CloudEvent } from '../../conformance/cloud/calls.ts';
import { OPEN_GATE } from '../../conformance/cloud/calls.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../conformance/cloud/server.ts';
import { exploreAsync } from '../../conformance/exploration/engine/explore.ts';
import { followSchedule } from '../../conformance/exploration/engine/replay.ts';
import { runAsync } from '../../conformance/exploration/engine/run.ts';
import { createGateParking } from '../../conformance/exploration/parking/gate.ts';
import { parseSchedule, printSchedule } from '../../conformance/exploration/schedule/text.ts';
import { findSmallestAsync } from '../../conformance/exploration/shrinking/smallest.ts';
import type { StageOptions } from '../../conformance/exploration/stage/options.ts';
import { openStage, type Stage } from '../../conformance/exploration/stage/stage.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { callMarks } from '../../conformance/harness/faults/marks.ts';
import { connectTarget, type Deliver, type Target } from './cases/target.ts';
import { pct } from './in-process/pct.ts';
import { describeSmallest } from './in-process/smallest.ts';

const NAMES = ['player', 'defense', 'offense'];

/** What a case is judged by: what was published and what was answered, in order. */
type Seen = readonly string[];

describe('the calls of official clients wait for the schedule', () => {
  const parking = createGateParking(OPEN_GATE);
  const events: CloudEvent[] = [];
  let cloud: EmbeddedCloud;
  let target: Target;
  let dates = 0;

  beforeAll(async () => {
    cloud = await startEmbeddedCloud({
      gate: parking.gate,
      observe(event) {
        parking.observe(event);
        events.push(event);
      },
    });
    target = await connectTarget(cloud, `demo-${randomUUID()}`);
  });
  afterAll(async () => {
    await cloud.stop();
    // Calls that were never answered keep the clients from ending in good order; nothing is left to wait for.
    target.close().catch(() => undefined);
  });

  const open = (
    deliver: Deliver,
    extra: Pick<StageOptions<Seen>, 'crash' | 'expireLeases'> = {},
  ): Stage<Seen> => {
    dates += 1;
    const game_date = new Date(Date.UTC(2031, 0, dates)).toISOString().slice(0, 10);
    const answers: string[] = [];
    return openStage({
      parking,
      owns: (call) => callMarks(call).has(game_date),
      messages: NAMES.map((name) => ({
        name,
        async send() {
          const acked = await deliver(name, game_date, NAMES.length).catch(() => false);
          answers.push(`${name} ${acked ? 'ack' : 'nack'}`);
          return { acked };
        },
      })),
      history: () => [...answers, ...triggers(game_date)],
      heal: () => Promise.resolve(),
      ...extra,
    });
  };
  const triggers = (game_date: string): readonly string[] =>
    events.flatMap((event) =>
      event.kind === 'publish' && event.data.toString().includes(game_date) ? ['trigger'] : [],
    );
  const judge = (history: Seen) => {
    const count = history.filter((entry) => entry === 'trigger').length;
    if (count === 1) return [];
    const anomaly = count === 0 ? 'lost trigger' : 'double trigger';
    return [{ anomaly, proof: `${count} triggers were published` }];
  };

  test('in order: one delivery to its end, then the next, and one trigger', async () => {
    const labels: string[] = [];
    const stage = open(target.compareAndSet);
    const made = await runAsync(stage, followSchedule([]), {
      watch: ({ chosen }) => labels.push(chosen.label.replace(/2031-\d\d-\d\d/, 'DATE')),
    });
    expect(made.end).toBe('done');
    expect(stage.guesses()).toBe(0);
    expect(made.history).toEqual(['player ack', 'defense ack', 'offense ack', 'trigger']);
    expect(labels).toEqual([
      ...NAMES.flatMap((name) => [
        `Delivery of ${name}`,
        `BatchGetDocuments phase3_completion/DATE for ${name}`,
        `Commit phase3_completion/DATE for ${name}`,
        ...(name === 'offense' ? ['Publish nba-phase4-trigger for offense'] : []),
        `Ack of ${name}`,
      ]),
    ]);
  });

  test('every promise is kept under 15 schedules of PCT', async () => {
    const explored = await exploreAsync({
      simulate: () => open(target.compareAndSet),
      judge,
      strategy: pct(1),
      runs_max: 15,
    });
    expect(explored.failures).toEqual([]);
    expect(explored.runs).toBe(15);
  });

  test('transactions that queue for the same document are waited out, not guessed wrong', async () => {
    const explored = await exploreAsync({
      simulate: () => open(target.transaction),
      judge,
      strategy: pct(2),
      runs_max: 10,
    });
    expect(explored.failures).toEqual([]);
    expect(explored.steps / explored.runs).toBeGreaterThan(12);
  });

  test('check-then-act is found, shrinks to one overtaking and replays in the same words', async () => {
    const simulate = () => open(target.checkThenAct);
    const explored = await exploreAsync({ simulate, judge, strategy: pct(1), runs_max: 30 });
    const [failure] = explored.failures;
    expect(failure?.findings[0]?.anomaly).toBe('lost trigger');

    const trial = { simulate, fails: (history: Seen) => judge(history).length > 0 };
    const smallest = await findSmallestAsync(failure?.schedule ?? [], trial);
    expect(smallest.outcome).toBe('shrunk');
    expect(smallest.failing).toHaveLength(1);
    expect(smallest.passing).toEqual([]);
    expect(describeSmallest(smallest)).toContain('in order, except: ');

    const text = printSchedule(smallest.failing);
    const replays = await Promise.all(
      [1, 2, 3].map(() => runAsync(simulate(), followSchedule(parseSchedule(text)))),
    );
    expect(new Set(replays.map(({ history }) => history.join(', '))).size).toBe(1);
  });

  test.each([
    ['s1:3!deadline_after', ['player nack']],
    ['s1:3!refused', ['player nack']],
    ['s1:2!no_answer', ['defense ack']],
    ['s1:1!duplicate', ['player ack']],
    ['s1:4!ack_lost', ['player ack']],
  ])('%s strikes the first message, and what follows makes it good', async (text, first) => {
    const made = await runAsync(open(target.compareAndSet), followSchedule(parseSchedule(text)));
    expect(printSchedule(made.schedule)).toBe(text);
    expect(made.history.slice(0, 1)).toEqual(first);
    expect(judge(made.history)).toEqual([]);
  });

  test('what a crashed instance had parked is gone, and its deliveries go elsewhere', async () => {
    let crashes = 0;
    const stage = open(target.compareAndSet, {
      async crash() {
        crashes += 1;
      },
    });
    const made = await runAsync(stage, followSchedule(parseSchedule('s1:3!crash,9!crash_after')));
    expect(crashes).toBe(2);
    expect(judge(made.history)).toEqual([]);
  });

  test('a caller that overslept its lease finds that others went on without it', async () => {
    const labels: string[] = [];
    let leases = 0;
    const stage = open(target.compareAndSet, {
      async expireLeases() {
        leases += 1;
      },
    });
    const made = await runAsync(stage, followSchedule(parseSchedule('s1:3!zombie')), {
      watch: ({ chosen }) => labels.push(chosen.label),
    });
    expect(leases).toBe(1);
    expect(labels).toContain('Delivery 2 of player');
    expect(labels.findIndex((label) => label.startsWith('late Commit'))).toBeGreaterThan(
      labels.indexOf('Ack of player'),
    );
    expect(judge(made.history)).toEqual([]);
  });

  test('a trigger that is lost when its publish is refused is found with faults, and shrinks to that one', async () => {
    const simulate = () => open(target.compareAndSet);
    const strategy = portfolio(1, { faults: ['refused'], faults_max: 1 });
    const explored = await exploreAsync({ simulate, judge, strategy, runs_max: 100 });
    const trial = { simulate, fails: (history: Seen) => judge(history).length > 0 };
    const smallest = await findSmallestAsync(explored.failures[0]?.schedule ?? [], trial);
    expect(smallest.failing).toHaveLength(1);
    expect(smallest.failing_sentence).toMatch(
      /^in order, except: step \d+ \(Publish nba-phase4-trigger for offense\) is not done and answered PERMISSION_DENIED$/,
    );
    expect(smallest.passing_sentence).toBe('in order');
  });

  test('runs of one case may be under way at the same time, and none is made twice or left out', async () => {
    let under_way = 0;
    let most = 0;
    const runs: number[] = [];
    const strategy = portfolio(3);
    const explored = await exploreAsync({
      simulate() {
        most = Math.max(most, ++under_way);
        return open(target.compareAndSet);
      },
      judge(history) {
        under_way -= 1;
        return judge(history);
      },
      strategy: {
        ...strategy,
        chooser(run) {
          runs.push(run);
          return run > 8 ? undefined : strategy.chooser(run);
        },
      },
      runs_max: 100,
      runs_at_once: 3,
    });
    expect(explored).toMatchObject({ runs: 8, complete: true, failures: [] });
    expect([...new Set(runs)].slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(3);
  });

  test('many cases run at once and stay apart', async () => {
    const runs = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((seed) =>
        exploreAsync({ simulate: () => open(target.compareAndSet), judge, strategy: pct(seed), runs_max: 3 }),
      ),
    );
    expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
  });
});
