import { TOPIC } from '../../../generated/topology.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { Payload } from '../../history/events.ts';
import { publishes } from '../../history/select.ts';
import type { Check } from '../check.ts';
import { every, judgeOutputs } from '../judging/outputs.ts';
import { levelOf } from '../owed/orchestrators.ts';
import { deliverAll, parcel, splitLast } from '../recipes/drive.ts';
import { analyticsCompletion, FAILED, FAN_IN, NO_DATA } from '../recipes/orchestrators.ts';
import { judgeTriggers } from './identity.ts';

const BASE = { profile: 'fan-in', components: FAN_IN.components, needs: [] } as const;

/** The five in a random order with random repeats between them. */
export const FAN_IN_ORDER: Check = {
  ...BASE,
  name: 'fan-in-in-any-order',
  requirements: [
    'FANIN-001',
    'FANIN-002',
    'FANIN-003',
    'FANIN-009',
    'FANIN-010',
    'FANIN-011',
    'FANIN-018',
    'CORR-003',
    'CASC-004',
  ],
  rounds: 6,
  async run(scene) {
    const inputs = await FAN_IN.inputs(scene, scene.game_date, 1);
    const [earlier, last] = splitLast(inputs);
    const delivered: Payload[] = [];
    for (const message of earlier) {
      delivered.push(message);
      await deliverAll(scene, FAN_IN, [message]);
      const repeat = delivered[scene.random.below(delivered.length * 2)];
      if (repeat !== undefined) await deliverAll(scene, FAN_IN, [repeat]);
    }
    await scene.settle();
    scene.mark('incomplete', 'four of five are delivered and acked, one is missing');
    await deliverAll(scene, FAN_IN, [last, ...scene.random.shuffle(delivered).slice(0, 2)]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeOutputs(history, FAN_IN.component, {
      lost: 'FANIN-001',
      double: 'FANIN-002',
      repeated: 'FANIN-011',
      early: 'FANIN-003',
      phantom: 'FANIN-003',
    }),
    ...judgeTriggers(history, FAN_IN.component),
  ],
};

/** Each of the five but one, for every choice of the missing one; another date's set proves that nothing comes late. */
export const FAN_IN_MISSING: Check = {
  ...BASE,
  name: 'fan-in-with-one-missing',
  requirements: ['FANIN-003'],
  async run(scene) {
    for (const missing of levelOf(1).waits_for) {
      const game_date = scene.anotherDate();
      const inputs = await FAN_IN.inputs(scene, game_date, 1);
      const four = inputs.filter((message) => message['processor_name'] !== missing);
      await deliverAll(scene, FAN_IN, [...four, ...four.slice(0, 1)]);
    }
    await deliverAll(scene, FAN_IN, await FAN_IN.inputs(scene, scene.game_date, 1));
    await scene.await(
      "the sentinel date's trigger",
      (history) => publishes(history, TOPIC.phase4Trigger).length > 0,
    );
    scene.mark('sentinel', 'a complete set that came later has its trigger');
  },
  judge: (history) =>
    judgeOutputs(history, FAN_IN.component, { early: 'FANIN-003', phantom: 'FANIN-003', lost: 'FANIN-003' }),
};

/** failed and no_data first, success later. */
export const FAN_IN_STATUSES: Check = {
  ...BASE,
  name: 'fan-in-with-failed-and-empty-runs',
  situations: ['failure before success'],
  requirements: ['FANIN-004'],
  rounds: 2,
  async run(scene) {
    const [first, second, ...others] = scene.random.shuffle(levelOf(1).waits_for);
    const completion = (name: string, overrides = {}): Payload =>
      analyticsCompletion(scene, name, scene.game_date, 1, overrides);
    const early = scene.random.shuffle([
      completion(first ?? '', FAILED),
      completion(second ?? '', NO_DATA),
      ...others.map((name) => completion(name)),
    ]);
    await deliverAll(scene, FAN_IN, early);
    await scene.settle();
    scene.mark('incomplete', 'one of five failed and one found nothing');
    await deliverAll(scene, FAN_IN, [completion(first ?? '', { status: 'partial', records_failed: 1 })]);
    await deliverAll(scene, FAN_IN, [completion(second ?? '')]);
    await scene.settle();
  },
  judge: (history) => judgeOutputs(history, FAN_IN.component, every('FANIN-004')),
};

/** A failed run that arrives after the success of the same processor. */
export const FAN_IN_LATE_FAILURE: Check = {
  ...BASE,
  name: 'fan-in-with-a-late-failure',
  situations: ['failure after success'],
  requirements: ['FANIN-005'],
  rounds: 2,
  async run(scene) {
    const inputs = await FAN_IN.inputs(scene, scene.game_date, 1);
    const [earlier, last] = splitLast(inputs);
    await deliverAll(scene, FAN_IN, earlier);
    const undone = earlier.slice(0, 2).map((message, index) =>
      changeMessage(message, {
        execution_id: scene.id(),
        ...(index === 0 ? FAILED : NO_DATA),
      }),
    );
    await deliverAll(scene, FAN_IN, [...undone, last]);
    await scene.settle();
  },
  judge: (history) => judgeOutputs(history, FAN_IN.component, every('FANIN-005')),
};

/** Two dates whose completions alternate: four of one and one of the other are not five. */
export const FAN_IN_DATES: Check = {
  ...BASE,
  name: 'fan-in-of-two-dates',
  requirements: ['FANIN-008'],
  rounds: 2,
  async run(scene) {
    await interleave(scene, scene.anotherDate(), 1);
  },
  judge: (history) => judgeOutputs(history, FAN_IN.component, every('FANIN-008')),
};

/** Two runs of one date, in the same way. */
export const FAN_IN_RUNS: Check = {
  ...BASE,
  name: 'fan-in-of-two-runs',
  situations: ['two runs of a date'],
  requirements: ['IDEM-004'],
  uses: ['runs'],
  rounds: 2,
  async run(scene) {
    await interleave(scene, scene.game_date, 2);
  },
  judge: (history) => judgeOutputs(history, FAN_IN.component, every('IDEM-004')),
};

/** Deliver the set of the case and another one in turns. */
async function interleave(scene: Parameters<Check['run']>[0], date_b: string, run_b: number): Promise<void> {
  const a = await FAN_IN.inputs(scene, scene.game_date, 1);
  const [first_b, ...b] = await FAN_IN.inputs(scene, date_b, run_b);
  const missing_from_a = a.find((message) => message['processor_name'] === first_b?.['processor_name']);
  await deliverAll(
    scene,
    FAN_IN,
    a.filter((message) => message !== missing_from_a),
  );
  if (first_b !== undefined) await deliverAll(scene, FAN_IN, [first_b]);
  await scene.settle();
  scene.mark('incomplete', 'the five names are there, but not for one date and run');
  await Promise.all(b.map((message) => scene.deliverUntilAcked(parcel(FAN_IN, message))));
  if (missing_from_a !== undefined) await deliverAll(scene, FAN_IN, [missing_from_a]);
  await scene.settle();
}
