import { changeMessage } from '../../harness/messages/build.ts';
import type { Check } from '../check.ts';
import { judgeRefused } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll } from '../recipes/drive.ts';
import { CASCADE, precomputeCompletion } from '../recipes/orchestrators.ts';

/** Every run of the cascade partial, and the feature store's completion twice at its end: two triggers in all. */
export const CASCADE_END: Check = {
  name: 'cascade-of-partial-runs-to-its-end',
  requirements: ['CASC-011', 'CASC-012'],
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
    const features = completion('ml_feature_store_v2');
    await deliverAll(scene, CASCADE, [features, features]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, CASCADE.component, 'CASC-011'),
    ...judgeOutputs(history, CASCADE.component, {
      phantom: 'CASC-011',
      repeated: 'CASC-011',
      lost: 'CASC-012',
    }),
  ],
};
