import type { RequirementId } from '../../../generated/requirements.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { History, Payload } from '../../history/events.ts';
import { publishes } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused, marker } from '../judging/answers.ts';
import { cite } from '../judging/cite.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll } from '../recipes/drive.ts';
import { FAILED, FAN_IN, NO_DATA } from '../recipes/orchestrators.ts';

/** Five partial runs complete the set; then every processor runs again, with success, with no data and with a failure. */
export const FAN_IN_AFTERWARDS: Check = {
  name: 'fan-in-of-partial-runs-and-runs-after-it',
  requirements: ['FANIN-016', 'FANIN-017'],
  profile: 'fan-in',
  components: FAN_IN.components,
  needs: [],
  rounds: 2,
  async run(scene) {
    const inputs = await FAN_IN.inputs(scene, scene.game_date, 1);
    await deliverAll(
      scene,
      FAN_IN,
      inputs.map((message) => changeMessage(message, { status: 'partial', records_failed: 1 })),
    );
    await scene.settle();
    scene.mark(AFTER, 'all five completions were acked');
    const later = inputs.map((message, index) =>
      changeMessage(message, { execution_id: scene.id(), ...(OUTCOMES[index % OUTCOMES.length] ?? {}) }),
    );
    await deliverAll(scene, FAN_IN, scene.random.shuffle(later));
    await scene.settle();
  },
  judge: (history) => [
    ...judgeOutputs(history, FAN_IN.component, { lost: 'FANIN-016' }),
    ...judgeRefused(history, FAN_IN.component, 'FANIN-017'),
    ...judgeNoMoreTriggers(history, AFTER, 'FANIN-017'),
  ],
};

const AFTER = 'triggered';

/** How the later runs end. */
const OUTCOMES: readonly Payload[] = [{}, NO_DATA, FAILED];

/** Judge that no trigger was published after a marker, under whatever id. */
function judgeNoMoreTriggers(history: History, name: string, requirement: RequirementId): readonly Anomaly[] {
  const moment = marker(history, name);
  return publishes(history, TOPIC.phase4Trigger)
    .filter(({ sequence }) => moment !== undefined && sequence > moment.sequence)
    .slice(0, 1)
    .map((trigger) => ({
      requirement,
      anomaly: 'double trigger' as const,
      proof: `${cite(trigger)} is a trigger that came after #${moment?.sequence}, when ${moment?.sentence}. The set had its trigger; runs that come later belong to it no more.`,
      events: [trigger.sequence],
    }));
}
