import type { RequirementId } from '../../../../generated/requirements.ts';
import { TOPIC } from '../../../../generated/topology.ts';
import { buildMessage } from '../../../harness/messages/build.ts';
import type { History } from '../../../history/events.ts';
import { publishes } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { judgeNacks, judgeRefused } from '../../judging/answers.ts';
import { withCapitals } from '../grammar/capitals.ts';
import { drawWorkerHistory } from '../grammar/worker.ts';
import { judgePredictions } from '../model/predictions/predictions.ts';
import { judgeTimes } from '../model/times.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { callCoordinator, playerName } from '../run/coordinator.ts';
import { inLetters } from '../run/ids.ts';
import { playHistory } from '../run/play.ts';

const COMPONENT = 'phase5-worker';
const HISTORIES = 40;
/** A request may have waited for its worker: a result that takes its time from it tells a wrong one. */
const WAITED_MS = 600_000;

const REQUIREMENTS = [
  'ACK-014',
  'CORR-001',
  'CORR-005',
  'IDEM-009',
  'IDEM-010',
  'IDEM-011',
  'MSG-009',
  'MSG-027',
] as const satisfies readonly RequirementId[];

/** Histories of requests to the worker. */
export const WORKER_RECEIVER: DrawnReceiver = {
  receiver: COMPONENT,
  profile: 'phase-5',
  components: [COMPONENT],
  needs: ['seeds'],
  requirements: REQUIREMENTS,
  histories: HISTORIES,
  has_two_instances: true,
  draw: (draw, nth) => withCapitals(drawWorkerHistory(draw, nth), nth),
  play(branch, history) {
    const rounds = new Map<string, string>();
    const batchOf = (place: { game_date: string; run: number }, number: number): string => {
      const key = `${place.game_date}.r${place.run}.${number}`;
      const known = rounds.get(key) ?? branch.id().slice(0, 8);
      rounds.set(key, known);
      return `${place.game_date}.r${place.run}.${known}`;
    };
    return playHistory(branch, history, {
      component: COMPONENT,
      topic: TOPIC.phase5PredictionRequest,
      messageOf: () => ({}),
      isTaken: () => true,
      askOf: ({ player, batch = 1, attempt = 1, backfill = null, ...ask }, place) =>
        buildMessage('PredictionRequest', {
          batch_id: batchOf(place, batch),
          player_lookup: playerName(place, player),
          ...place,
          attempt,
          execution_id: inLetters(branch.id(), ask),
          correlation_id: branch.id(),
          timestamp: new Date(Date.now() - WAITED_MS).toISOString(),
          backfill_mode: backfill !== null,
          backfill_reason: backfill,
        }),
      call: (step, place, known) => callCoordinator(branch, step, place, known),
    });
  },
  judge: judgeWorker,
};

function judgeWorker(history: History): readonly Anomaly[] {
  return [
    ...judgePredictions(history),
    ...judgeRefused(history, COMPONENT, 'IDEM-009'),
    ...judgeNacks(history, COMPONENT),
    ...judgeTimes(history, publishes(history, TOPIC.phase5PredictionReady)),
  ];
}
