import { FEATURE_STORE } from '../../../generated/registry.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { Payload } from '../../history/events.ts';
import type { Check } from '../check.ts';
import { judgeRefused } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll } from '../recipes/drive.ts';
import { CASCADE, FAILED, NO_DATA, precomputeCompletion } from '../recipes/orchestrators.ts';

/** Every run of the cascade partial, and the feature store's completion twice at its end: two triggers in all. */
export const CASCADE_END: Check = {
  name: 'cascade-of-partial-runs-to-its-end',
  requirements: ['CASC-011', 'CASC-012', 'CASC-014'],
  profile: 'cascade',
  components: CASCADE.components,
  needs: [],
  async run(scene) {
    const partial = { status: 'partial', records_failed: 1 };
    const level1 = await CASCADE.inputs(scene, scene.game_date, 1);
    await deliverAll(
      scene,
      CASCADE,
      level1.map((message) => changeMessage(message, partial)),
    );
    const completion = (name: string) => precomputeCompletion(scene, name, scene.game_date, 1, partial);
    await deliverAll(scene, CASCADE, [completion('player_composite_factors')]);
    const features = completion(FEATURE_STORE);
    await scene.settle();
    scene.mark(END, 'both levels are triggered and confirmed; the feature store follows');
    await deliverAll(scene, CASCADE, [features, features]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, CASCADE.component, 'CASC-011'),
    ...judgeOutputs(history, CASCADE.component, {
      phantom: 'CASC-011',
      repeated: 'CASC-014',
      again: { requirement: 'CASC-011', after: END },
      lost: 'CASC-012',
    }),
  ],
};

const END = 'end of the cascade';

/** Level 2 fails, then finds nothing, then succeeds: level 3 is triggered after the success and not before. */
export const CASCADE_SECOND_LEVEL: Check = {
  name: 'cascade-after-a-failed-level-2',
  requirements: ['CASC-013'],
  profile: 'cascade',
  components: CASCADE.components,
  needs: [],
  async run(scene) {
    await deliverAll(scene, CASCADE, await CASCADE.inputs(scene, scene.game_date, 1));
    const factors = (rest: Payload) =>
      precomputeCompletion(scene, 'player_composite_factors', scene.game_date, 1, rest);
    await deliverAll(scene, CASCADE, [factors(FAILED), factors(NO_DATA)]);
    await scene.settle();
    scene.mark('incomplete', 'level 2 failed once and found nothing once');
    await deliverAll(scene, CASCADE, [factors({})]);
    await scene.settle();
  },
  judge: (history) =>
    judgeOutputs(history, CASCADE.component, { lost: 'CASC-013', early: 'CASC-013', phantom: 'CASC-013' }),
};
