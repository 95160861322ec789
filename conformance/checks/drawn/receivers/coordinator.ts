import { FEATURE_STORE } from '../../../../generated/registry.ts';
import type { RequirementId } from '../../../../generated/requirements.ts';
import { TOPIC } from '../../../../generated/topology.ts';
import type { Branch } from '../../../harness/scene/scene.ts';
import type { History, Payload } from '../../../history/events.ts';
import { publishes, text } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { judgeNacks, judgeRefused } from '../../judging/answers.ts';
import { judgeIdentity } from '../../judging/identity.ts';
import { counts, dateAndRun, processorOf, skips } from '../../owed/names.ts';
import { withCapitals } from '../grammar/capitals.ts';
import { COORDINATOR_HISTORIES, drawCoordinatorHistory } from '../grammar/coordinator/history.ts';
import { clockOf } from '../model/clock.ts';
import { judgeOddCalls } from '../model/odd.ts';
import { judgeRefusals, refusalOf } from '../model/orchestration/inputs.ts';
import { isEnough, seedBefore } from '../model/predictions/batch.ts';
import { judgeBatches } from '../model/predictions/batches.ts';
import { judgeEmptyBatches } from '../model/predictions/ends/empty.ts';
import { judgeEnds, judgeRefusedRequests } from '../model/predictions/ends/ends.ts';
import { judgeChains, judgeSources } from '../model/predictions/ends/sources.ts';
import { judgeRetries } from '../model/predictions/retries.ts';
import { judgeSettled } from '../model/predictions/settled.ts';
import { judgeStarts } from '../model/predictions/starts.ts';
import { judgeStatuses } from '../model/predictions/statuses.ts';
import { judgeTimes } from '../model/times.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { completionOf } from '../run/completion.ts';
import { callCoordinator, featureStoreOf } from '../run/coordinator.ts';
import { placeOf, playHistory } from '../run/play.ts';
import type { DrawnHistory } from '../value/history.ts';

const COMPONENT = 'phase5-coordinator';

const REQUIREMENTS = [
  'ACK-002',
  'ACK-003',
  'ACK-007',
  'ACK-014',
  'ACK-015',
  'BACK-003',
  'BACK-005',
  'COORD-001',
  'COORD-002',
  'COORD-003',
  'COORD-004',
  'COORD-006',
  'COORD-007',
  'COORD-008',
  'COORD-009',
  'COORD-010',
  'COORD-011',
  'COORD-013',
  'COORD-014',
  'COORD-015',
  'COORD-016',
  'COORD-017',
  'COORD-018',
  'COORD-019',
  'COORD-020',
  'COORD-024',
  'COORD-026',
  'COORD-029',
  'COORD-031',
  'COORD-032',
  'COORD-033',
  'COORD-034',
  'COORD-035',
  'COORD-036',
  'COORD-037',
  'COORD-038',
  'COORD-039',
  'CORR-001',
  'CORR-005',
  'CORR-008',
  'CORR-010',
  'MSG-026',
  'MSG-027',
  'TOPO-003',
] as const satisfies readonly RequirementId[];

/** Histories of triggers, calls and answers to the coordinator. */
export const COORDINATOR_RECEIVER: DrawnReceiver = {
  receiver: COMPONENT,
  profile: 'coordinator',
  components: [COMPONENT],
  needs: ['seeds'],
  // Histories of today are told apart by their runs.
  uses: ['runs'],
  requirements: REQUIREMENTS,
  histories: COORDINATOR_HISTORIES,
  has_two_instances: true,
  draw: (draw, nth) => withCapitals(drawCoordinatorHistory(draw, nth), nth),
  play: async (branch, history) => {
    await playHistory(branch, history, {
      component: COMPONENT,
      topic: TOPIC.phase4PrecomputeComplete,
      messageOf: (parcel, place, ids) =>
        completionOf(parcel, place, ids, (processor_name, overrides) =>
          featureStoreOf(branch, place, { ...overrides, processor_name } as Payload),
        ),
      isTaken: (message) => isTaken(branch.history(), message),
      call: (step, place, known) => callCoordinator(branch, step, place, known),
    });
    await retryAfterFaults(branch, history);
  },
  judge: judgeCoordinator,
};

/** What was refused is asked for again, as the scheduler does; the model says who must have been. */
async function retryAfterFaults(branch: Branch, { steps }: DrawnHistory): Promise<void> {
  if (!steps.some((step) => step.do === 'refuse') || steps.some((step) => step.do === 'recover')) return;
  const places = steps.flatMap((step) => (step.do === 'seed' ? [placeOf(branch, step)] : []));
  for (const body of new Map(places.map((place) => [JSON.stringify(place), place])).values()) {
    await branch.request(COMPONENT, '/retry', { body });
    await branch.settle();
    const { game_date, run } = body;
    await branch.request(COMPONENT, `/status?game_date=${game_date}&run=${run}`, { method: 'GET' });
  }
}

/** The topic carries one processor's completions; all others of its phase are strange here too. */
function refusal(message: Payload): 'schema' | 'processor' | undefined {
  const by_door = refusalOf({ message: 'FeatureStoreCompletion', phase: 'phase_4_precompute' }, message);
  if (by_door !== undefined) return by_door;
  return processorOf('phase_4_precompute', message) === FEATURE_STORE ? undefined : 'processor';
}

function isTaken(history: History, message: Payload): boolean {
  if (refusal(message) !== undefined) return false;
  const at_ms = history.at(-1)?.at_ms ?? 0;
  const is_past = clockOf(history).isPast(text(message, 'game_date'), at_ms) !== false;
  const is_silent = skips(message) || !counts(message) || is_past;
  return is_silent || isEnough(seedBefore(history, dateAndRun(message), Infinity)) === true;
}

function judgeCoordinator(history: History): readonly Anomaly[] {
  const isValid = (message: Payload): boolean => refusal(message) === undefined;
  const results = history.filter(
    (event) => event.kind !== 'delivery' || event.topic === TOPIC.phase5PredictionReady,
  );
  const published = publishes(history).filter(({ topic }) =>
    ([TOPIC.phase5PredictionRequest, TOPIC.phase5PredictionsComplete] as readonly string[]).includes(topic),
  );
  const is_trigger = (topic: string): boolean => topic === TOPIC.phase4PrecomputeComplete;
  const taken = history.filter(
    (event) =>
      event.kind !== 'delivery' ||
      event.message === null ||
      !is_trigger(event.topic) ||
      isValid(event.message),
  );
  return [
    ...judgeRefusals(history, COMPONENT, (delivery) =>
      is_trigger(delivery.topic) && delivery.message !== null ? refusal(delivery.message) : undefined,
    ),
    ...judgeRefused(results, COMPONENT, 'COORD-007'),
    ...judgeNacks(taken, COMPONENT),
    ...judgeStarts(history, isValid),
    ...judgeBatches(history, isValid),
    ...judgeEnds(history),
    ...judgeEmptyBatches(history),
    ...judgeSources(history),
    ...judgeChains(history),
    ...judgeSettled(history, isValid),
    ...judgeRetries(history),
    ...judgeRefusedRequests(history),
    ...judgeStatuses(history),
    ...judgeOddCalls(history, COMPONENT),
    // A call may have started the batch, so that trigger_source says nothing wrong.
    ...judgeIdentity(published).filter(({ requirement }) => requirement !== 'CORR-006'),
    ...judgeTimes(history, published),
  ];
}
