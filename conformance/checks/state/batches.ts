import { validate } from '../../../generated/validation.ts';
import type { DocumentEvent } from '../../history/events.ts';
import type { Anomaly, Check } from '../check.ts';
import { parcel } from '../recipes/drive.ts';
import { COORDINATOR, readyFeatureStore } from '../recipes/phase-5.ts';
import { awaitStrike } from '../subjects/faults.ts';

/** The batch as it stands while its first request is held back by the broker: a restart now must find it. */
export const BATCH_DOCUMENT: Check = {
  name: 'batch-document-before-the-first-request',
  requirements: ['STATE-006'],
  profile: 'state',
  components: COORDINATOR.components,
  needs: ['seeds', 'documents', 'broker-faults'],
  async run(scene) {
    const trigger = await readyFeatureStore(scene, scene.game_date);
    const fault = scene.fault({ on: 'publish', game_date: scene.game_date, effect: 'hold' });
    const delivering = scene.deliver(parcel(COORDINATOR, trigger));
    const is_held = await awaitStrike(scene, 'the publish of the first request');
    if (is_held) await scene.readDocument(`prediction_batches/${scene.game_date}`);
    fault.lift();
    await delivering;
    await scene.settle();
  },
  judge: (history) =>
    history
      .filter((event): event is DocumentEvent => event.kind === 'document')
      .flatMap(({ path, sequence, fields }): readonly Anomaly[] => {
        const wrong = (why: string): Anomaly => ({
          requirement: 'STATE-006',
          anomaly: 'wrong document',
          proof: `Document ${path}, read at #${sequence} while the first request was on its way to the broker, ${why}. An instance that dies now leaves requests that belong to no batch.`,
          events: [sequence],
        });
        if (fields === null) return [wrong('does not exist')];
        const [problem] = validate('PredictionBatch', 'send', fields);
        return problem === undefined
          ? []
          : [
              wrong(
                `breaks PredictionBatch: ${problem.field} must be ${problem.expected}, got ${problem.got}`,
              ),
            ];
      }),
};
