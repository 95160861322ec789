import { FEATURE_STORE } from '../../../generated/registry.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import { publishes } from '../../history/select.ts';
import type { Check } from '../check.ts';
import { judgeTriggers } from '../fan-in/identity.ts';
import { every, judgeOutputs } from '../judging/outputs.ts';
import { levelOf } from '../owed/orchestrators.ts';
import { deliverAll, deliverTogether, parcel } from '../recipes/drive.ts';
import { CASCADE, FAILED, NO_DATA, precomputeCompletion } from '../recipes/orchestrators.ts';

const BASE = { profile: 'cascade', components: CASCADE.components, needs: [] } as const;

/** Level 1 in any order, then level 2; each step once more than needed. */
export const CASCADE_ORDER: Check = {
  ...BASE,
  name: 'cascade-in-order',
  requirements: [
    'CASC-001',
    'CASC-002',
    'CASC-003',
    'CASC-004',
    'CASC-014',
    'FANIN-009',
    'FANIN-010',
    'FANIN-018',
  ],
  rounds: 4,
  async run(scene) {
    const level1 = await CASCADE.inputs(scene, scene.game_date, 1);
    await deliverAll(scene, CASCADE, level1.slice(0, 2));
    await deliverAll(scene, CASCADE, level1.slice(0, 1));
    await scene.settle();
    scene.mark('incomplete', 'two of three level 1 processors are complete');
    await deliverAll(scene, CASCADE, level1.slice(2));
    await scene.settle();
    scene.mark('level 1', 'level 1 is complete, level 2 is not');
    const factors = precomputeCompletion(scene, 'player_composite_factors', scene.game_date);
    await deliverAll(scene, CASCADE, [factors, factors]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeOutputs(history, CASCADE.component, {
      lost: 'CASC-001',
      early: 'CASC-001',
      phantom: 'CASC-001',
      double: 'CASC-003',
      repeated: 'CASC-014',
    }),
    ...judgeTriggers(history, CASCADE.component),
  ],
};

/** The completion of level 2 arrives before level 1 is complete, and level 3 before both. */
export const CASCADE_OUT_OF_ORDER: Check = {
  ...BASE,
  name: 'cascade-out-of-order',
  situations: ['levels out of order'],
  requirements: ['CASC-002'],
  rounds: 3,
  async run(scene) {
    const names = [...levelOf(2).waits_for];
    const [late = '', ...others] = scene.random.shuffle(names);
    const completion = (name: string) => precomputeCompletion(scene, name, scene.game_date);
    await deliverAll(scene, CASCADE, [completion('player_composite_factors'), completion(FEATURE_STORE)]);
    await deliverAll(scene, CASCADE, others.map(completion));
    await scene.settle();
    scene.mark('incomplete', `level 2 is complete, and ${late} of level 1 is missing`);
    await deliverAll(scene, CASCADE, [completion(late)]);
    await scene.settle();
  },
  judge: (history) => judgeOutputs(history, CASCADE.component, every('CASC-002')),
};

/** All four that level 3 waits for at the same time: both levels once. */
export const CASCADE_TOGETHER: Check = {
  ...BASE,
  name: 'cascade-all-at-once',
  situations: ['deliveries at once'],
  requirements: ['CASC-005', 'CASC-002', 'CASC-014'],
  rounds: 4,
  async run(scene) {
    const all = levelOf(3).waits_for.map((name) => precomputeCompletion(scene, name, scene.game_date));
    await deliverTogether(
      scene,
      scene.random.shuffle([...all, ...all.slice(0, 1)]).map((message) => parcel(CASCADE, message)),
    );
    await scene.settle();
  },
  judge: (history) =>
    judgeOutputs(history, CASCADE.component, {
      lost: 'CASC-005',
      double: 'CASC-005',
      repeated: 'CASC-014',
      early: 'CASC-002',
      phantom: 'CASC-002',
    }),
};

/** failed and no_data of level 1 count for nothing; a later success does, and is not undone. */
export const CASCADE_STATUSES: Check = {
  ...BASE,
  name: 'cascade-with-failed-and-empty-runs',
  situations: ['failure before success'],
  requirements: ['CASC-001'],
  async run(scene) {
    const level1 = await CASCADE.inputs(scene, scene.game_date, 1);
    const [first = {}, second = {}, third = {}] = level1;
    await deliverAll(scene, CASCADE, [
      first,
      changeMessage(second, { execution_id: scene.id(), ...FAILED }),
      changeMessage(third, { execution_id: scene.id(), ...NO_DATA }),
    ]);
    await scene.settle();
    scene.mark('incomplete', 'one of three is complete, one failed, one found nothing');
    await deliverAll(scene, CASCADE, [
      second,
      changeMessage(first, { execution_id: scene.id(), ...FAILED }),
      third,
    ]);
    await scene.settle();
  },
  judge: (history) => judgeOutputs(history, CASCADE.component, every('CASC-001')),
};

/** Two dates and two runs, or three dates, at the same time: none completes another. */
export const CASCADE_DATES: Check = {
  ...BASE,
  name: 'cascade-of-two-dates',
  requirements: ['CASC-008'],
  async run(scene) {
    const other = scene.anotherDate();
    const a = await CASCADE.inputs(scene, scene.game_date, 1);
    const b = await CASCADE.inputs(scene, other, 1);
    const { runs } = scene.target.has;
    const c = await CASCADE.inputs(scene, runs ? scene.game_date : scene.anotherDate(), runs ? 2 : 1);
    const names = levelOf(2).waits_for;
    const pick = (messages: typeof a, name: string | undefined) =>
      messages.filter((message) => message['processor_name'] === name);
    await deliverAll(scene, CASCADE, [...pick(a, names[0]), ...pick(b, names[1]), ...pick(c, names[2])]);
    await scene.settle();
    scene.mark('incomplete', 'three names are there, each for another date or run');
    await deliverAll(scene, CASCADE, [...a, ...b, ...c]);
    await scene
      .await('three triggers of level 2', (history) => publishes(history, TOPIC.phase4Trigger).length >= 3)
      .catch(() => {});
  },
  judge: (history) => judgeOutputs(history, CASCADE.component, every('CASC-008')),
};
