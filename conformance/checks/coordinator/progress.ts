import { TOPIC } from '../../../generated/topology.ts';
import { validate } from '../../../generated/validation.ts';
import type { History, Payload, RequestEvent } from '../../history/events.ts';
import { publishes, responseTo, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { datesOf } from '../identifying/facets.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll } from '../recipes/drive.ts';
import {
  failedResultOf,
  players,
  RESULTS,
  readyFeatureStore,
  requestsOf,
  resultOf,
  startBatch,
} from '../recipes/phase-5.ts';
import { missingCalls, OF_THE_SCHEDULER } from '../subjects/calls.ts';
import { judgeCalls, type OwedAnswer } from './answers.ts';
import { answered, COORDINATOR_BASE } from './starts.ts';

const COMPONENT = 'phase5-coordinator';

const STATUS_CALLS: readonly OwedAnswer[] = [
  {
    requirement: 'COORD-024',
    what: 'a status when one of four players is predicted and one has failed',
    status: 200,
    body: { players_requested: 4, players_completed: 1, players_failed: 1, coverage_percent: 25 },
  },
  {
    requirement: 'COORD-024',
    what: 'a status when three of four players are predicted and one has failed',
    status: 200,
    body: { players_requested: 4, players_completed: 3, players_failed: 1, coverage_percent: 75 },
  },
];

/** The status of a batch whose deadline is far ahead, in its middle and at its end. */
export const STATUS_COUNTS: Check = {
  ...COORDINATOR_BASE,
  name: 'status-in-the-middle-of-a-batch',
  requirements: ['COORD-024'],
  async run(scene) {
    const path = `/status?game_date=${scene.game_date}`;
    const [first = {}, second = {}, ...others] = await startBatch(scene, scene.game_date);
    await deliverAll(scene, RESULTS, [resultOf(scene, first), failedResultOf(scene, second)]);
    await scene.request(COMPONENT, path, { method: 'GET' });
    await deliverAll(
      scene,
      RESULTS,
      others.map((request) => resultOf(scene, request)),
    );
    await scene.request(COMPONENT, path, { method: 'GET' });
  },
  judge: (history) => [...judgeCalls(history, STATUS_CALLS), ...judgeStatusForm(history)],
};

const COVERAGE_CALLS: readonly OwedAnswer[] = [8, 9].map((predicted) => ({
  requirement: 'COORD-010' as const,
  what: `a status after the deadline of its date, when ${predicted} of ten players were predicted`,
  status: predicted < 9 ? 503 : 200,
  body: { players_completed: predicted },
}));

/**
 * A batch of ten whose deadline is long past, below the coverage that it needs and at it. The contract does not say that a
 * past date may be started by hand; a target that refuses is not blamed, and the report says that it never came to this.
 */
export const STATUS_BY_COVERAGE: Check = {
  ...COORDINATOR_BASE,
  name: 'status-by-coverage-after-the-deadline',
  situations: ['status of a past date with a batch'],
  requirements: ['COORD-010'],
  async run(scene) {
    const past = scene.pastDate();
    const ready = players(scene, 10);
    await readyFeatureStore(scene, past, 1, { ready });
    const started = await scene.request(COMPONENT, '/start', { body: { game_date: past } });
    if (started.status !== 202) return;
    const requests = await requestsOf(scene, `${past} run 1`, ready.length);
    const results = requests.map((request) => resultOf(scene, request));
    for (const [from, to] of [
      [0, 8],
      [8, 9],
    ]) {
      await deliverAll(scene, RESULTS, results.slice(from, to));
      await scene.request(COMPONENT, `/status?game_date=${past}`, { method: 'GET' });
    }
    await scene.settle();
  },
  judge: (history) => {
    const is_call = (event: History[number]): boolean => event.kind !== 'request' || event.method === 'GET';
    return judgeCalls(history.filter(is_call), COVERAGE_CALLS);
  },
};

/**
 * A start by hand is refused while the feature store is empty; the scheduler's start of the same moment waits, and
 * begins the batch when the store is filled.
 */
export const SCHEDULER_WAIT: Check = {
  ...COORDINATOR_BASE,
  name: 'scheduler-start-before-phase-4-is-complete',
  outputs: [TOPIC.phase5PredictionRequest],
  requirements: ['COORD-025'],
  async run(scene) {
    const body = { game_date: scene.game_date };
    const waiting = scene.request(COMPONENT, '/start', { headers: OF_THE_SCHEDULER, body });
    // Two calls that read the same and answer: by then the first has looked as well.
    await scene.request(COMPONENT, '/start', { body });
    await scene.request(COMPONENT, '/start', { body });
    await readyFeatureStore(scene, scene.game_date);
    await waiting;
    await scene.settle();
  },
  judge: (history) => [
    ...judgeScheduler(history),
    ...judgeOutputs(history, COMPONENT, {
      early: 'COORD-025',
      topics: [TOPIC.phase5PredictionRequest],
    }),
  ],
};

/** How a batch of four ends, by how many of them fail. */
const ENDS = [
  { failed: 0, status: 'success' },
  { failed: 1, status: 'partial' },
  { failed: 4, status: 'failed' },
] as const;

/** Batches of which nobody, one and everybody fails, each announced by its status. */
export const ANNOUNCED_STATUS: Check = {
  ...COORDINATOR_BASE,
  name: 'announcements-of-good-and-bad-batches',
  outputs: RESULTS.outputs,
  requirements: ['COORD-026'],
  async run(scene) {
    for (const { failed, status } of ENDS) {
      const game_date = scene.anotherDate();
      const requests = await startBatch(scene, game_date);
      const answer = (request: Payload, index: number): Payload =>
        index < failed ? failedResultOf(scene, request) : resultOf(scene, request);
      scene.mark(status, `${game_date} has ${failed} of ${requests.length} players without a prediction`);
      await deliverAll(scene, RESULTS, requests.map(answer));
    }
    await scene.settle();
  },
  judge: judgeAnnounced,
  missing: (history) => {
    const open = batchesToEnd(history).find(({ end }) => end === undefined);
    return open === undefined
      ? undefined
      : { why: `the end of the batch of ${open.game_date} was not announced`, by: 'target' };
  },
};

/** Each marker says how the batch of a date must be announced. */
function batchesToEnd(history: History) {
  return history.flatMap((event) => {
    if (event.kind !== 'marker' || !ENDS.some(({ status }) => status === event.name)) return [];
    const [game_date = ''] = event.sentence.split(' ');
    const end = publishes(history, TOPIC.phase5PredictionsComplete).find((published) =>
      datesOf(history, published).slice(0, 1).includes(game_date),
    );
    return [{ marker: event, game_date, end }];
  });
}

function judgeAnnounced(history: History): readonly Anomaly[] {
  return batchesToEnd(history).flatMap(({ marker, game_date, end }): readonly Anomaly[] => {
    const said = text(end?.message ?? null, 'status');
    if (end === undefined || said === marker.name) return [];
    return [
      {
        requirement: 'COORD-026',
        anomaly: 'wrong count',
        proof: `#${end.sequence} announces the batch of ${game_date} as "${said}". At #${marker.sequence} ${marker.sentence}; its status must be ${marker.name}.`,
        events: [marker.sequence, end.sequence],
      },
    ];
  });
}

/**
 * A slow worker's failure arrives when a retry has asked for its player again: the batch waits for the later attempt, which
 * succeeds, and is announced after it.
 */
export const LATE_FAILURE: Check = {
  ...COORDINATOR_BASE,
  name: 'a-failure-of-an-earlier-attempt',
  outputs: RESULTS.outputs,
  requirements: ['COORD-028'],
  async run(scene) {
    const [slow = {}, ...others] = await startBatch(scene, scene.game_date);
    await deliverAll(
      scene,
      RESULTS,
      others.map((request) => resultOf(scene, request)),
    );
    await scene.settle();
    const body = { game_date: scene.game_date };
    await scene.requestUntil(COMPONENT, '/retry', { body }, (status) => status !== 503);
    await scene.settle();
    await deliverAll(scene, RESULTS, [failedResultOf(scene, slow)]);
    await scene.settle();
    const again = publishes(scene.history(), TOPIC.phase5PredictionRequest).findLast(
      ({ message }) => text(message, 'player_lookup') === text(slow, 'player_lookup'),
    );
    scene.mark(
      'open',
      `the failure of attempt 1 was delivered; ${text(slow, 'player_lookup')} was asked again`,
    );
    await deliverAll(scene, RESULTS, [resultOf(scene, again?.message ?? slow)]);
    await scene.settle();
  },
  judge: (history) =>
    judgeOutputs(history, COMPONENT, {
      early: 'COORD-028',
      topics: [TOPIC.phase5PredictionsComplete],
    }),
  missing: (history) => missingCalls(history, COMPONENT, '/retry'),
};

/** Hold each status that was answered against its schema; extra fields are the target's own. */
function judgeStatusForm(history: History): readonly Anomaly[] {
  return history.flatMap((request): readonly Anomaly[] => {
    if (request.kind !== 'request' || request.method !== 'GET') return [];
    const response = responseTo(history, request.sequence);
    const [problem] = response?.status === 200 ? validate('BatchStatus', 'receive', response.body) : [];
    if (problem === undefined) return [];
    const what = `a status, whose answer must be a BatchStatus: ${problem.field} must be ${problem.expected}, got ${problem.got}`;
    return [answered('COORD-024', request, response, what)];
  });
}

function judgeScheduler(history: History): readonly Anomaly[] {
  const calls = history.filter((event): event is RequestEvent => event.kind === 'request');
  return calls.flatMap((request, index): readonly Anomaly[] => {
    const response = responseTo(history, request.sequence);
    if (index > 0 || response?.status === 202) return [];
    const what =
      'a start by the scheduler before Phase 4 was complete; the feature store was filled while it waited, and 202 is owed';
    return [answered('COORD-025', request, response, what)];
  });
}
