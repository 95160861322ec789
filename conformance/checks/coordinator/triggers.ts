import { TOPIC } from '../../../generated/topology.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { History, HistoryEvent } from '../../history/events.ts';
import { answerTo, deliveries, publishes, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { marker, statusOf } from '../judging/answers.ts';
import { deliverAll, parcel } from '../recipes/drive.ts';
import { COORDINATOR, players, readyFeatureStore } from '../recipes/phase-5.ts';
import { PHASE_4 } from '../recipes/phases.ts';
import { judgeCalls } from './answers.ts';
import { COORDINATOR_BASE } from './starts.ts';

/** What each delivery of the case must be answered, in their order. */
const OWED = [
  { requirement: 'COORD-029', what: 'while one of four players was ready', status: 503 },
  { requirement: 'COORD-030', what: 'when all four players were ready', status: 202 },
  { requirement: 'COORD-030', what: 'of a batch that was running', status: 204 },
  { requirement: 'COORD-030', what: 'with skip_downstream_trigger', status: 204 },
  { requirement: 'COORD-030', what: 'for a date long past', status: 204 },
] as const;

/**
 * One trigger before its players are ready and one after, then those that start nothing. The one that comes too early is
 * the only event that there is: when it is acked, nobody tells the coordinator again.
 */
export const TRIGGER_ANSWERS: Check = {
  ...COORDINATOR_BASE,
  name: 'a-trigger-told-by-its-answers',
  requirements: ['COORD-029', 'COORD-030'],
  async run(scene) {
    const { game_date } = scene;
    const [first = '', ...not_ready] = players(scene);
    const poor = await readyFeatureStore(scene, game_date, 1, { ready: [first], not_ready });
    await scene.deliver(parcel(COORDINATOR, poor));
    await scene.settle();
    scene.mark('filled', `${game_date} had one ready player of four; now all four are ready`);
    const filled = await readyFeatureStore(scene, game_date);
    await scene.deliver(parcel(COORDINATOR, filled));
    await scene.settle();
    const silent = await readyFeatureStore(scene, scene.anotherDate());
    const past = await readyFeatureStore(scene, scene.pastDate());
    for (const message of [filled, changeMessage(silent, { skip_downstream_trigger: true }), past]) {
      await scene.deliver(parcel(COORDINATOR, message));
    }
    await scene.settle();
  },
  judge: (history) => [...judgeAnswers(history), ...judgeTooEarly(history)],
};

/** A start by hand when Phase 4 has begun and its feature store is still to come: its own completion will start the batch. */
export const WAITING_START: Check = {
  ...COORDINATOR_BASE,
  name: 'start-while-phase-4-is-under-way',
  is_silent: true,
  requirements: ['COORD-031'],
  components: [...PHASE_4.components, 'phase5-coordinator'],
  needs: [],
  async run(scene) {
    const { game_date } = scene;
    await deliverAll(scene, PHASE_4, await PHASE_4.inputs(scene, game_date, 1));
    await scene.settle();
    await scene.request('phase5-coordinator', '/start', { body: { game_date } });
    await scene.settle();
  },
  judge: (history) => {
    const start = history.filter((event) => event.kind !== 'request' || event.path === '/start');
    return judgeCalls(start, [
      {
        requirement: 'COORD-031',
        what: 'a start of a date of which one of five Phase 4 processors is complete',
        status: 200,
        says: 'waiting_for_phase4',
      },
    ]);
  },
};

function judgeAnswers(history: History): readonly Anomaly[] {
  return deliveries(history, 'phase5-coordinator').flatMap((delivery, index): readonly Anomaly[] => {
    const owed = OWED[index];
    const answer = answerTo(history, delivery);
    if (owed === undefined || answer === undefined || answer.status === owed.status) return [];
    const is_swallowed = owed.status === 503 && answer.acked;
    const why = is_swallowed
      ? 'That is an ack: the event is gone, and nobody starts the batch when the others are ready'
      : `The contract owes ${owed.status}`;
    return [
      {
        requirement: owed.requirement,
        anomaly: is_swallowed ? 'swallowed message' : 'wrong answer',
        proof: `#${delivery.sequence} was a trigger ${owed.what}; it was answered ${statusOf(answer)} (#${answer.sequence}). ${why}.`,
        events: [delivery.sequence, answer.sequence],
      },
    ];
  });
}

function judgeTooEarly(history: History): readonly Anomaly[] {
  const moment = marker(history, 'filled')?.sequence ?? 0;
  const is_early = ({ sequence }: HistoryEvent): boolean => sequence < moment;
  return publishes(history, TOPIC.phase5PredictionRequest)
    .filter(is_early)
    .slice(0, 1)
    .map(({ sequence, message }) => ({
      requirement: 'COORD-029',
      anomaly: 'phantom completion',
      proof: `#${sequence} requested ${text(message, 'player_lookup')} before #${moment}, when one of four players was ready, which is below every threshold.`,
      events: [sequence, moment],
    }));
}
