import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../../conformance/cloud/server.ts';
import { parseSchedule } from '../../../../conformance/exploration/schedule/text.ts';
import type { Courier } from '../../../../conformance/harness/courier/courier.ts';
import { createCallControl } from '../../../../conformance/harness/exploring/control.ts';
import type { SceneExploration } from '../../../../conformance/harness/exploring/exploration.ts';
import { WAKE_MARKER } from '../../../../conformance/harness/exploring/explore.ts';
import { HEALING_MARKER } from '../../../../conformance/harness/exploring/healing.ts';
import { type ExploringLimits, exploreRuns } from '../../../../conformance/harness/exploring/runs.ts';
import type { StagedCall } from '../../../../conformance/harness/exploring/staged.ts';
import { createFaultBoard } from '../../../../conformance/harness/faults/faults.ts';
import { observeEmbedded } from '../../../../conformance/harness/observation/embedded.ts';
import type { AnswerEvent, DeliveryEvent, ExplorationEvent } from '../../../../conformance/history/events.ts';
import { createRecorder } from '../../../../conformance/history/recorder.ts';
import { publishes } from '../../../../conformance/history/select.ts';
import { connectTarget, type Deliver, type Target } from '../../../exploration/cases/target.ts';

const PROJECT = `demo-${randomUUID()}`;
const NAMES = ['player', 'defense', 'offense'];

describe('a case that explores', () => {
  let cloud: EmbeddedCloud;
  let target: Target;
  const recorder = createRecorder();
  const faults = createFaultBoard(recorder);
  const calls = createCallControl(faults);
  const { observe } = observeEmbedded(recorder, PROJECT);
  let before = 0;
  /** What was done to the target beside deliveries. */
  let done: string[] = [];

  beforeAll(async () => {
    cloud = await startEmbeddedCloud({
      gate: (call) => calls.parking.gate(call),
      observe(event) {
        observe(event);
        calls.parking.observe(event);
      },
    });
    target = await connectTarget(cloud, PROJECT);
  });
  beforeEach(() => {
    before = recorder.all().length;
    done = [];
  });
  afterAll(async () => {
    await cloud.stop();
    target.close().catch(() => undefined);
  });

  /** What happened in this test; dates are never used again, so that its runs begin with nothing. */
  const happened = () => recorder.all().slice(before);

  /** A courier that hands messages to a function of this process, and records them as the real one does. */
  const courierOf = (serve: Deliver): Courier => {
    const deliver: Courier['deliver'] = async (delivery, marks) => {
      const { component, topic, message_id, message, attempt = 1 } = delivery;
      const sent = recorder.append({
        kind: 'delivery',
        component,
        topic,
        form: 'push_envelope',
        message_id,
        attempt,
        message,
        defect: null,
        marks,
      }) as DeliveryEvent;
      const { name, game_date } = message as { readonly name: string; readonly game_date: string };
      const acked = await serve(name, game_date, NAMES.length).catch(() => false);
      const status = acked ? 200 : 503;
      return recorder.append({
        kind: 'answer',
        delivery: sent.sequence,
        status,
        acked,
        body: '',
        marks,
      }) as AnswerEvent;
    };
    const deliverUntilAcked: Courier['deliverUntilAcked'] = (delivery, marks) => deliver(delivery, marks);
    return { lost: new AbortController().signal, deliver, deliverUntilAcked };
  };

  const exploration: SceneExploration = {
    component: 'phase3-to-phase4-orchestrator',
    faults: ['duplicate'],
    runs_max: 12,
    async prepare({ game_date, deliver }) {
      const [first = '', ...last] = NAMES;
      await deliver(completion(first, game_date));
      return last.map((name) => ({ name, delivery: completion(name, game_date) }));
    },
    isWhole: (history) => publishes(history).length > 0,
    sentinel: () => Promise.resolve(),
    judge(history) {
      const count = publishes(history).length;
      return count === 1 ? [] : [{ anomaly: 'lost trigger', proof: `${count} triggers` }];
    },
  };
  const completion = (name: string, game_date: string) => ({
    component: 'phase3-to-phase4-orchestrator',
    topic: 'nba-phase3-analytics-complete',
    message: { name, game_date },
  });

  const explore = async (
    serve: Deliver,
    limits: ExploringLimits = {},
    more: Partial<SceneExploration> = {},
  ): Promise<ExplorationEvent> => {
    const ports = {
      recorder,
      courier: courierOf(serve),
      calls,
      marks: ['case'],
      patience_ms: 5_000,
      remember: () => {},
      settle: () => Promise.resolve(),
      recovery_seconds: 3,
      async callEndpoint({ path }: StagedCall) {
        done.push(path);
        return 200;
      },
      async crash(component: string) {
        done.push(`crash ${component}`);
      },
      async advanceClock(seconds: number) {
        done.push(`clock +${seconds}`);
        return true;
      },
    };
    await exploreRuns(ports, { ...exploration, ...more }, 1, limits);
    const last = recorder.all().at(-1);
    if (last?.kind !== 'exploration') throw new Error(`expected an exploration, got ${last?.kind}`);
    return last;
  };

  test('makes as many runs as it was asked for, each on a date of its own, and none fails', async () => {
    expect(await explore(target.compareAndSet)).toMatchObject({
      runs: 12,
      runs_max: 12,
      ended_by: 'number',
      is_complete: false,
      failing: [],
      marks: ['case'],
    });
    const dates = new Set(publishes(happened()).map(({ message }) => String(message?.['game_date'])));
    expect(dates.size).toBe(12);
  });

  test('keeps the smallest schedule that fails beside the nearest that passes, and it fails again', async () => {
    const { failing } = await explore(target.checkThenAct);
    const [found, ...others] = failing;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ anomaly: 'lost trigger', passing: 's1:', passing_sentence: 'in order' });
    expect(found?.sentence).toMatch(/^in order, except: [^;]+$/);
    const run = happened().filter(({ marks }) => marks.includes(found?.game_date ?? ''));
    expect(exploration.judge(run)).toHaveLength(1);

    const schedule = parseSchedule(found?.schedule ?? '');
    const again = await explore(target.checkThenAct, { schedule });
    expect(again).toMatchObject({ runs: 1, failing: [{ schedule: found?.schedule }] });
    expect(await explore(target.compareAndSet, { schedule })).toMatchObject({ runs: 1, failing: [] });
  });

  test('tells a failure whose runs take long after one more of them, and leaves nothing out of it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const prepare: SceneExploration['prepare'] = (run) => {
      vi.setSystemTime(Date.now() + 7_000);
      return exploration.prepare(run);
    };
    const slow = explore(target.checkThenAct, {}, { prepare });
    const { runs, failing } = await slow.finally(() => vi.useRealTimers());
    expect(failing).toMatchObject([{ anomaly: 'lost trigger', repeats: true, passing: null }]);
    expect(failing[0]?.sentence).toMatch(/^in order/);
    const dates = happened().flatMap(({ kind, marks }) => (kind === 'delivery' ? marks.slice(1) : []));
    expect(new Set(dates.filter((mark) => /^\d{4}-/.test(mark))).size).toBe(runs + 1);
  });

  test('says of a schedule that it replays what of it does not fit', async () => {
    const fits = await explore(target.compareAndSet, { schedule: parseSchedule('s1:3!refused') });
    expect(fits).toMatchObject({ runs: 1, misfits: [] });
    const late = await explore(target.compareAndSet, { schedule: parseSchedule('s1:99+1') });
    expect(late).toMatchObject({ failing: [], misfits: ['step 99 was never reached'] });
    expect(await explore(target.compareAndSet)).not.toHaveProperty('misfits');
  });

  test('owns the calls that name its date, dashed or not, and says when none of the store did', async () => {
    const search = { search: 'every_interleaving', runs_max: 50, faults: [] } as const;
    const compact = await connectTarget(cloud, PROJECT, (date) => `c${date.replaceAll('-', '')}`);
    const found = await explore(compact.checkThenAct, {}, search);
    expect(found).toMatchObject({ failing: [{ anomaly: 'lost trigger' }] });
    expect(found.store_calls).toBeGreaterThan(0);
    const hidden = await connectTarget(cloud, PROJECT, (date) => Buffer.from(date).toString('base64'));
    expect(await explore(hidden.compareAndSet, {}, search)).toMatchObject({ store_calls: 0 });
    for (const one of [compact, hidden]) one.close().catch(() => undefined);
  });

  test('explores as long as it was told to, when it was', async () => {
    const deep = await explore(target.compareAndSet, { explore_ms: 1 });
    expect(deep).toMatchObject({ runs: 1, ended_by: 'time' });
    expect(deep).not.toHaveProperty('runs_max');
  });

  test('keeps of a long exploration the runs of an ordinary one, and those that show something', async () => {
    const kept = (): number =>
      new Set(happened().flatMap(({ marks }) => marks.filter((mark) => mark !== 'case'))).size;
    const { runs } = await explore(target.compareAndSet, { explore_ms: 2_000 }, { runs_max: 2 });
    expect(runs).toBeGreaterThan(4);
    expect(kept()).toBeLessThan(runs);
    const forgotten = runs - kept();
    const more = { runs_max: 2, isRemarkable: () => true };
    const remarkable = await explore(target.compareAndSet, { explore_ms: 1_000 }, more);
    expect(kept()).toBeGreaterThanOrEqual(runs - forgotten + remarkable.runs);
  });

  test('writes down what struck a call as a fault, and what struck a message as a marker', async () => {
    await explore(target.compareAndSet, { schedule: parseSchedule('s1:1!duplicate,3!deadline_after') });
    const kinds = happened().flatMap((event) =>
      event.kind === 'marker' || event.kind === 'fault' ? [event.kind] : [],
    );
    expect(kinds).toEqual(['marker', 'fault']);
  });

  describe('heals each run', () => {
    const SWEEP = { schedule: () => ({ path: '/sweep' }) };
    const twice = parseSchedule('s1:');
    const sentinels: string[] = [];
    const sentinel = async (game_date: string): Promise<void> => void sentinels.push(game_date);

    test('by nothing but redelivery when it lacks nothing, since others use the component', async () => {
      await explore(target.compareAndSet, { schedule: twice }, { ...SWEEP, sentinel });
      expect(done).toEqual([]);
      expect(sentinels).toEqual([]);
    });

    test('by its schedule, and a later set, when something is missing', async () => {
      const { failing } = await explore(
        target.compareAndSet,
        { schedule: twice },
        { ...SWEEP, sentinel, isWhole: () => false, judge: () => [] },
      );
      expect(failing).toEqual([]);
      expect(done).toEqual(['/sweep']);
      expect(sentinels).toHaveLength(1);
      const markers = happened().flatMap((event) => (event.kind === 'marker' ? [event.name] : []));
      expect(markers).toEqual([HEALING_MARKER]);
    });

    test('by the clock as well where it is alone, whatever it lacks', async () => {
      await explore(target.compareAndSet, { schedule: twice }, { ...SWEEP, is_alone: true });
      expect(done).toEqual(['clock +3', '/sweep']);
    });
  });

  test('kills a component only where it is alone', async () => {
    const schedule = parseSchedule('s1:3!crash');
    const faults = ['crash'] as const;
    await explore(target.compareAndSet, { schedule }, { faults, is_alone: true });
    expect(done).toEqual(['crash phase3-to-phase4-orchestrator', 'clock +3']);
    done = [];
    await explore(target.compareAndSet, { schedule }, { faults });
    expect(done).toEqual([]);
  });

  test('advances the clock past the leases of a sleeper, and notes when it wakes', async () => {
    const schedule = parseSchedule('s1:3!zombie');
    const more = { faults: ['zombie'], is_alone: true } as const;
    const { failing } = await explore(target.compareAndSet, { schedule }, more);
    expect(failing).toEqual([]);
    expect(done[0]).toBe('clock +3');
    expect(happened()).toContainEqual(expect.objectContaining({ kind: 'marker', name: WAKE_MARKER }));
  });

  test('strikes one fault after the other, and says when that was all', async () => {
    const more = { search: 'single_faults', faults: ['duplicate'], runs_max: 50 } as const;
    const found = await explore(target.compareAndSet, {}, more);
    expect(found).toMatchObject({
      is_complete: true,
      ended_by: 'nothing left',
      runs_max: 50,
      failing: [],
      strategy: expect.stringMatching(/^one fault/),
    });
    const strikes = happened().filter((event) => event.kind === 'marker' && event.name === 'duplicate');
    expect(strikes).toHaveLength(2);
    expect(found.runs).toBe(3);
  });

  test('leaves the calls of other dates to the faults', async () => {
    const fault = faults.add({ on: 'publish', game_date: '2031-01-01', effect: 'refuse' });
    const exploring = explore(target.compareAndSet);
    for (const name of NAMES.slice(1)) await target.compareAndSet(name, '2031-01-01', NAMES.length);
    await expect(target.compareAndSet('player', '2031-01-01', NAMES.length)).rejects.toThrow('refused');
    expect(fault.hits()).toBeGreaterThan(0);
    expect((await exploring).failing).toEqual([]);
  });
});
