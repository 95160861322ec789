import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { parseSchedule } from '../../../conformance/exploration/schedule/text.ts';
import type { Courier } from '../../../conformance/harness/courier/courier.ts';
import { createCallControl } from '../../../conformance/harness/exploring/control.ts';
import type { SceneExploration } from '../../../conformance/harness/exploring/explore.ts';
import { type ExploringLimits, exploreRuns } from '../../../conformance/harness/exploring/runs.ts';
import { createFaultBoard } from '../../../conformance/harness/faults/faults.ts';
import type {
  AnswerEvent,
  DeliveryEvent,
  ExplorationEvent,
} from '../../../conformance/harness/history/events.ts';
import { createRecorder } from '../../../conformance/harness/history/recorder.ts';
import { publishes } from '../../../conformance/harness/history/select.ts';
import { observeEmbedded } from '../../../conformance/harness/observation/embedded.ts';
import { connectTarget, type Deliver, type Target } from '../../exploration/cases/target.ts';

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
    return { deliver, deliverUntilAcked: (delivery, marks) => deliver(delivery, marks) };
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
    heal: () => Promise.resolve(),
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

  const explore = async (serve: Deliver, limits: ExploringLimits = {}): Promise<ExplorationEvent> => {
    const ports = {
      recorder,
      courier: courierOf(serve),
      calls,
      marks: ['case'],
      patience_ms: 5_000,
      remember: () => {},
      settle: () => Promise.resolve(),
    };
    await exploreRuns(ports, exploration, 1, limits);
    const last = recorder.all().at(-1);
    if (last?.kind !== 'exploration') throw new Error(`expected an exploration, got ${last?.kind}`);
    return last;
  };

  test('makes as many runs as it was asked for, each on a date of its own, and none fails', async () => {
    expect(await explore(target.compareAndSet)).toMatchObject({ runs: 12, failing: [], marks: ['case'] });
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

  test('explores as long as it was told to, when it was', async () => {
    const { runs } = await explore(target.compareAndSet, { explore_ms: 1 });
    expect(runs).toBe(1);
  });

  test('writes down what struck a call as a fault, and what struck a message as a marker', async () => {
    await explore(target.compareAndSet, { schedule: parseSchedule('s1:1!duplicate,3!deadline_after') });
    const kinds = happened().flatMap((event) =>
      event.kind === 'marker' || event.kind === 'fault' ? [event.kind] : [],
    );
    expect(kinds).toEqual(['marker', 'fault']);
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
