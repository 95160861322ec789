import type { RequirementId } from '../../../generated/requirements.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { pacificToday } from '../../harness/messages/dates.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { History, HistoryEvent } from '../../history/events.ts';
import { publishes, responseTo, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused, marker, statusOf } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll, parcel } from '../recipes/drive.ts';
import {
  COORDINATOR,
  failedResultOf,
  players,
  RESULTS,
  readyFeatureStore,
  resultOf,
  startBatch,
} from '../recipes/phase-5.ts';
import { missingCalls, OF_THE_SCHEDULER } from '../subjects/calls.ts';
import { isUnstruck } from '../subjects/faults.ts';

/** What every check of the coordinator shares. */
export const COORDINATOR_BASE = {
  profile: 'coordinator',
  components: ['phase5-coordinator'],
  needs: ['seeds'],
} as const;

const REQUESTS = [TOPIC.phase5PredictionRequest];
/** A ready feature store: one batch, one request for each ready player, none for the others. */
export const BATCH_START: Check = {
  ...COORDINATOR_BASE,
  name: 'ready-feature-store-starts-one-batch',
  requirements: ['COORD-001', 'COORD-032'],
  async run(scene) {
    const ready = players(scene, 9);
    const not_ready = ['nobodyready1', 'nobodyready2'];
    await deliverAll(scene, COORDINATOR, [
      await readyFeatureStore(scene, scene.game_date, 1, { ready, not_ready }),
    ]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeOutputs(history, 'phase5-coordinator', {
      lost: 'COORD-001',
      phantom: 'COORD-001',
      repeated: 'COORD-032',
      double: 'COORD-001',
      topics: REQUESTS,
    }),
    ...judgeOneBatch(history, 'COORD-001'),
  ],
};

/** The trigger and the scheduler at the same time, each more than once. */
export const CONCURRENT_STARTS: Check = {
  ...COORDINATOR_BASE,
  name: 'trigger-and-start-at-the-same-time',
  situations: ['requests at once'],
  requirements: ['COORD-002', 'COORD-003'],
  rounds: 3,
  async run(scene) {
    const trigger = await readyFeatureStore(scene, scene.game_date);
    const start = (): Promise<unknown> =>
      scene.requestUntil(
        'phase5-coordinator',
        '/start',
        { body: { game_date: scene.game_date } },
        (status) => status !== 503,
      );
    const deliver = (): Promise<unknown> => scene.deliverUntilAcked(parcel(COORDINATOR, trigger));
    await Promise.all(scene.random.shuffle([start, deliver, start, deliver]).map((begin) => begin()));
    await scene.settle();
    scene.mark('running', 'the batch is running; what follows must not change it');
    await Promise.all([start(), deliver()]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeOutputs(history, 'phase5-coordinator', {
      lost: 'COORD-002',
      double: 'COORD-002',
      topics: REQUESTS,
    }),
    ...judgeOneBatch(history, 'COORD-002'),
    ...judgeRefused(history, 'phase5-coordinator', 'COORD-003'),
    ...judgeNothingAfter(history, 'running', 'COORD-003'),
  ],
  missing: (history) => missingCalls(history, 'phase5-coordinator', '/start'),
};

/** A trigger for a date long past: acked, and nothing is requested. A later date's batch is the sentinel. */
export const PAST_DATE: Check = {
  ...COORDINATOR_BASE,
  name: 'trigger-for-a-past-date',
  requirements: ['COORD-004'],
  async run(scene) {
    const past = scene.pastDate();
    await deliverAll(scene, COORDINATOR, [await readyFeatureStore(scene, past)]);
    await startBatch(scene, scene.game_date);
    scene.mark('sentinel', 'a batch that was triggered later has its requests');
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase5-coordinator', 'COORD-004'),
    ...judgeOutputs(history, 'phase5-coordinator', { phantom: 'COORD-004', topics: REQUESTS }),
  ],
};

/** The scheduler's calls have no body and no content type, and mean today in Pacific time: a start, then a retry. */
export const SCHEDULER_START: Check = {
  ...COORDINATOR_BASE,
  name: 'scheduler-start-without-body',
  is_long: true,
  situations: ['days that differ by zone'],
  requirements: ['COORD-005', 'COORD-004', 'COORD-027'],
  async run(scene) {
    const today = markToday(scene);
    scene.claimDate(today);
    const completion = await readyFeatureStore(scene, today);
    await scene.request('phase5-coordinator', '/start', { headers: OF_THE_SCHEDULER });
    await scene.settle();
    // Today is past for nobody: the event that should have come first finds the batch running, and is acked.
    await deliverAll(scene, COORDINATOR, [completion]);
    await scene.settle();
    const [straggler = {}, ...others] = publishes(scene.history(), REQUESTS[0]).map(
      ({ message }) => message ?? {},
    );
    await deliverAll(scene, RESULTS, [
      failedResultOf(scene, straggler),
      ...others.map((request) => resultOf(scene, request)),
    ]);
    await scene.settle();
    await scene.request('phase5-coordinator', '/retry', { headers: OF_THE_SCHEDULER });
    await scene.settle();
  },
  judge(history) {
    const [start] = history.filter((event) => event.kind === 'request');
    const response = start === undefined ? undefined : responseTo(history, start.sequence);
    const wrong = response === undefined || response.status !== 202;
    return [
      ...(wrong && start !== undefined
        ? [
            answered(
              'COORD-005',
              start,
              response,
              'a start by the scheduler without body and content type, for which 202 is owed because the feature store of today in Pacific time is ready',
            ),
          ]
        : []),
      ...judgeOutputs(history, 'phase5-coordinator', { lost: 'COORD-005', topics: REQUESTS }),
      ...judgeScheduledRetry(history),
    ];
  },
};

/**
 * Note which day it is in Pacific time, and in UTC: while both are the same, a target that takes the one for the other
 * answers rightly by chance, and the report says so.
 */
export function markToday(scene: Pick<Scene, 'mark'>): string {
  const now_ms = Date.now();
  const today = pacificToday(now_ms);
  scene.mark('today', today);
  scene.mark('today in UTC', new Date(now_ms).toISOString().slice(0, 10));
  return today;
}

function judgeScheduledRetry(history: History): readonly Anomaly[] {
  const retry = history.find((event) => event.kind === 'request' && event.path === '/retry');
  if (retry === undefined) return [];
  const response = responseTo(history, retry.sequence);
  if (response?.status === 202) return [];
  const what =
    'a retry by the scheduler without body and content type, for which 202 is owed because a player of today has no prediction';
  return [answered('COORD-027', retry, response, what)];
}

/** Nobody is ready: a start is answered 503 and requests nothing; a batch that starts later is the sentinel. */
export const INSUFFICIENT: Check = {
  ...COORDINATOR_BASE,
  name: 'start-with-too-few-players',
  requirements: ['COORD-006'],
  async run(scene) {
    const poor = scene.anotherDate();
    const not_ready = Array.from({ length: 40 }, (_, index) => `notready${index}`);
    await readyFeatureStore(scene, poor, 1, { ready: players(scene, 5), not_ready });
    await scene.request('phase5-coordinator', '/start', { body: { game_date: poor } });
    await scene.request('phase5-coordinator', '/start', { body: { game_date: scene.anotherDate() } });
    await startBatch(scene, scene.game_date);
    scene.mark('sentinel', 'a batch that was triggered later has its requests');
  },
  judge(history) {
    const starts = history.filter((event) => event.kind === 'request');
    const wrong = starts.flatMap((start) => {
      const response = responseTo(history, start.sequence);
      const what =
        'a start for a date with fewer than 50 ready players and below 80 %, for which 503 is owed';
      return response?.status === 503 ? [] : [answered('COORD-006', start, response, what)];
    });
    return [
      ...wrong,
      ...judgeOutputs(history, 'phase5-coordinator', { phantom: 'COORD-006', topics: REQUESTS }),
    ];
  },
};

/** Some requests fail to publish: redelivery of the trigger sends exactly the rest, and the batch can end. */
export const INTERRUPTED_START: Check = {
  ...COORDINATOR_BASE,
  name: 'requests-whose-publish-failed',
  situations: ['publish refused, then repeated'],
  requirements: ['COORD-011'],
  needs: ['seeds', 'broker-faults'],
  rounds: 2,
  async run(scene) {
    const trigger = await readyFeatureStore(scene, scene.game_date, 1, { ready: players(scene, 5) });
    const fault = scene.fault({
      on: 'publish',
      topic: TOPIC.phase5PredictionRequest,
      game_date: scene.game_date,
      effect: 'refuse',
      after: scene.random.below(4),
      times: 1 + scene.random.below(2),
    });
    const message_id = `3${scene.game_date.replaceAll('-', '')}`;
    const answer = await scene.deliver(parcel(COORDINATOR, trigger, { message_id }));
    fault.lift();
    if (answer.acked) {
      // An ack means that the target keeps the rest by itself; the retry of the schedule must bring it.
      const body = { game_date: scene.game_date };
      await scene.requestUntil('phase5-coordinator', '/retry', { body }, (status) => status !== 503);
    } else {
      await scene.deliverUntilAcked(parcel(COORDINATOR, trigger, { message_id, attempt: 2 }));
    }
    await scene.settle();
  },
  judge: (history) => {
    if (isUnstruck(history)) return [];
    const asked = new Set(
      publishes(history, REQUESTS[0]).map(({ message }) => text(message, 'player_lookup')),
    );
    return judgeOutputs(history, 'phase5-coordinator', {
      lost: 'COORD-011',
      double: 'COORD-011',
      topics: REQUESTS,
    }).filter(
      // A retry may ask under the next attempt; what counts is that every player was asked.
      ({ proof }) => ![...asked].some((player) => proof.includes(`publish ${player} of`)),
    );
  },
};

/** Judge that all requests of a date and run belong to one batch. */
export function judgeOneBatch(history: History, requirement: RequirementId): readonly Anomaly[] {
  const requests = publishes(history, REQUESTS[0]);
  const batches = new Map(requests.map((event) => [text(event.message, 'batch_id'), event.sequence]));
  if (batches.size <= 1) return [];
  return [
    {
      requirement,
      anomaly: 'double run',
      proof: `The requests of one date belong to ${batches.size} batches: ${[...batches].map(([batch_id, sequence]) => `${batch_id} (#${sequence})`).join(', ')}. Every player is predicted more than once.`,
      events: [...batches.values()],
    },
  ];
}

/** Judge that no request was published after a marker. */
function judgeNothingAfter(history: History, name: string, requirement: RequirementId): readonly Anomaly[] {
  const moment = marker(history, name);
  return publishes(history, REQUESTS[0])
    .filter((event) => moment !== undefined && event.sequence > moment.sequence)
    .slice(0, 1)
    .map((event) => ({
      requirement,
      anomaly: 'repeated message',
      proof: `#${event.sequence} requested ${text(event.message, 'player_lookup')} again after #${moment?.sequence}, when ${moment?.sentence}.`,
      events: [event.sequence],
    }));
}

/** Say that an endpoint answered what the contract does not allow. */
export function answered(
  requirement: RequirementId,
  request: HistoryEvent,
  response: { readonly status: number | null; readonly sequence: number; readonly body: unknown } | undefined,
  what: string,
): Anomaly {
  return {
    requirement,
    anomaly: 'wrong answer',
    proof: `#${request.sequence} was ${what}; it was answered ${response === undefined ? 'with nothing' : `${statusOf(response)} (#${response.sequence}): ${JSON.stringify(response.body).slice(0, 160)}`}.`,
    events: [request.sequence, ...(response === undefined ? [] : [response.sequence])],
  };
}
