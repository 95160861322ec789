import { TOPIC } from '../../../generated/topology.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { History, Json, Payload, RequestEvent } from '../../history/events.ts';
import { metadataOf, publishes, responseTo, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { batchesOf } from '../identifying/keys.ts';
import { judgeRefused, marker } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll } from '../recipes/drive.ts';
import { failedResultOf, RESULTS, readyFeatureStore, resultOf, startBatch } from '../recipes/phase-5.ts';
import { judgeCalls, type OwedAnswer } from './answers.ts';
import { answered, COORDINATOR_BASE } from './starts.ts';

const REQUESTS = TOPIC.phase5PredictionRequest;
const END = TOPIC.phase5PredictionsComplete;
const ENDED = 'ended batch';

/** Results twice, of another batch, of a player nobody asked for; then the missing one. */
export const FOREIGN_RESULTS: Check = {
  ...COORDINATOR_BASE,
  name: 'results-that-do-not-belong',
  outputs: [END],
  requirements: ['COORD-007', 'COORD-008', 'COORD-032'],
  rounds: 2,
  async run(scene) {
    const requests = await startBatch(scene, scene.game_date);
    const [first = {}, second = {}, ...others] = requests;
    const result = resultOf(scene, first);
    await deliverAll(scene, RESULTS, [result, result, ...others.map((request) => resultOf(scene, request))]);
    await deliverAll(scene, RESULTS, [
      changeMessage(resultOf(scene, second), { batch_id: `${text(second, 'batch_id')}.other` }),
      changeMessage(resultOf(scene, second), { player_lookup: 'neverasked' }),
      changeMessage(result, { execution_id: scene.id() }),
    ]);
    await scene.settle();
    scene.mark('incomplete', 'one requested player has not answered');
    await deliverAll(scene, RESULTS, [resultOf(scene, second)]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase5-coordinator', 'COORD-007'),
    ...judgeOutputs(history, 'phase5-coordinator', {
      lost: 'COORD-008',
      early: 'COORD-007',
      double: 'COORD-008',
      repeated: 'COORD-032',
      topics: [END],
    }),
    ...judgeCounts(history, 'COORD-007'),
  ],
};

/** Some players fail, the batch ends with its coverage; late duplicates do not end it again. */
export const BATCH_END: Check = {
  ...COORDINATOR_BASE,
  name: 'batch-ends-once-with-its-coverage',
  outputs: [END],
  requirements: ['COORD-008', 'COORD-032'],
  rounds: 2,
  async run(scene) {
    const requests = await startBatch(scene, scene.game_date);
    const results = requests.map((request, index) =>
      index === 0 ? failedResultOf(scene, request) : resultOf(scene, request),
    );
    await deliverAll(scene, RESULTS, scene.random.shuffle(results));
    await scene.settle();
    scene.mark(ENDED, 'every result is acked; what follows are duplicates');
    await deliverAll(scene, RESULTS, scene.random.shuffle(results));
    await scene.settle();
  },
  judge: (history) => [
    ...judgeOutputs(history, 'phase5-coordinator', {
      lost: 'COORD-008',
      early: 'COORD-008',
      double: 'COORD-008',
      repeated: 'COORD-032',
      again: { requirement: 'COORD-008', after: ENDED },
      topics: [END],
    }),
    ...judgeCounts(history, 'COORD-008'),
  ],
};

/**
 * A retry after two of four failed, one of whom is ready no longer, asks for the other alone; after he has answered, a
 * retry asks for nobody.
 */
export const RETRY: Check = {
  ...COORDINATOR_BASE,
  name: 'retry-asks-only-stragglers',
  requirements: ['COORD-009'],
  async run(scene) {
    const requests = await startBatch(scene, scene.game_date);
    const results = requests.map((request, index) =>
      index < 2 ? failedResultOf(scene, request) : resultOf(scene, request),
    );
    await deliverAll(scene, RESULTS, results);
    await scene.settle();
    const [straggler = '', gone = '', ...predicted] = requests.map((one) => text(one, 'player_lookup'));
    const now = { ready: [straggler, ...predicted], not_ready: [gone] };
    await readyFeatureStore(scene, scene.game_date, 1, now);
    scene.mark(
      'stragglers',
      `all have answered, ${gone} failed and is ready no longer, and ${straggler} has no prediction`,
    );
    await retry(scene);
    await scene.settle();
    const again = requestsForStragglers(scene.history());
    await deliverAll(
      scene,
      RESULTS,
      again.map((request) => resultOf(scene, request)),
    );
    await scene.settle();
    scene.mark('complete', 'every player who is ready has a prediction');
    await retry(scene);
    await scene.settle();
  },
  judge(history) {
    const retries = history.filter(
      (event): event is RequestEvent => event.kind === 'request' && event.path === '/retry',
    );
    const straggler = marker(history, 'stragglers')?.sentence.match(/and (\S+) has no prediction/)?.[1];
    const again = requestsForStragglers(history).map((message) => text(message, 'player_lookup'));
    const statuses = [202, 200];
    const wrong = retries.flatMap((request, index) => {
      const response = responseTo(history, request.sequence);
      const what = `${index === 0 ? 'a retry while one player had no prediction' : 'a retry when nobody was missing'}, for which ${statuses[index]} is owed`;
      return response?.status === statuses[index] ? [] : [answered('COORD-009', request, response, what)];
    });
    if (again.length === 1 && again[0] === straggler) return wrong;
    return [
      ...wrong,
      {
        requirement: 'COORD-009',
        anomaly: again.length === 0 ? 'stuck batch' : 'repeated message',
        proof: `After the retry (#${retries[0]?.sequence}) ${again.length === 0 ? 'nobody was' : `${again.join(', ')} were`} requested; ready and without a prediction was only ${straggler}.`,
        events: retries.map((request) => request.sequence),
      },
    ];
  },
};

/** The status of batches whose deadline is ahead and long past, with and without coverage. */
export const STATUS: Check = {
  ...COORDINATOR_BASE,
  name: 'status-before-and-after-the-deadline',
  requirements: ['COORD-010'],
  async run(scene) {
    await startBatch(scene, scene.game_date);
    await scene.request('phase5-coordinator', `/status?game_date=${scene.game_date}`, { method: 'GET' });
    await scene.request('phase5-coordinator', `/status?game_date=${scene.pastDate()}`, { method: 'GET' });
    await scene.request('phase5-coordinator', '/status?game_date=TODAY', { method: 'GET' });
    await scene.request('phase5-coordinator', '/health', { method: 'GET' });
  },
  judge(history) {
    const owed = [
      { status: 200, why: 'a status while the deadline of the date is ahead' },
      { status: 503, why: 'a status of a date whose deadline passed without any prediction' },
      { status: 400, why: 'a status of a date that is no date' },
      { status: 200, why: 'a health check' },
    ];
    const asked = history.filter((event) => event.kind === 'request' && event.method === 'GET');
    return asked.flatMap((request, index) => {
      const response = responseTo(history, request.sequence);
      const { status, why } = owed[index] ?? { status: 200, why: 'a request' };
      return response?.status === status
        ? []
        : [answered('COORD-010', request, response, `${why}, for which ${status} is owed`)];
    });
  },
};

const RESTART_CALLS: readonly OwedAnswer[] = [
  {
    requirement: 'COORD-012',
    what: 'a status after a restart in the middle of a batch, two of whose four players had answered',
    status: 200,
    body: { players_requested: 4, players_completed: 2 },
  },
];

/** The instance dies when two of four have answered; the next one knows the batch and its counts, and counts on. */
export const RESTART: Check = {
  ...COORDINATOR_BASE,
  name: 'restart-in-the-middle-of-a-batch',
  outputs: [END],
  situations: ['delivery after a restart'],
  requirements: ['COORD-012'],
  needs: ['seeds', 'restart'],
  exclusive: true,
  async run(scene) {
    const requests = await startBatch(scene, scene.game_date);
    const results = requests.map((request) => resultOf(scene, request));
    await deliverAll(scene, RESULTS, results.slice(0, 2));
    await scene.kill('phase5-coordinator');
    await scene.restart('phase5-coordinator');
    await scene.request('phase5-coordinator', `/status?game_date=${scene.game_date}`, { method: 'GET' });
    await deliverAll(scene, RESULTS, results.slice(2));
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase5-coordinator', 'COORD-012'),
    ...judgeOutputs(history, 'phase5-coordinator', {
      lost: 'COORD-012',
      early: 'COORD-012',
      double: 'COORD-012',
      topics: [END],
    }).map((anomaly) =>
      anomaly.anomaly === 'lost message' ? { ...anomaly, anomaly: 'stuck batch' as const } : anomaly,
    ),
    ...judgeCounts(history, 'COORD-012'),
    ...judgeCalls(history, RESTART_CALLS),
  ],
};

async function retry(scene: Scene): Promise<void> {
  const body: Json = { game_date: scene.game_date };
  await scene.requestUntil('phase5-coordinator', '/retry', { body }, (status) => status !== 503);
}

function requestsForStragglers(history: History): readonly Payload[] {
  const moment = marker(history, 'stragglers');
  return publishes(history, REQUESTS).flatMap(({ message, sequence }) =>
    message !== null && moment !== undefined && sequence > moment.sequence ? [message] : [],
  );
}

/** Judge the counts of each announcement against the requests and the results that were delivered. */
function judgeCounts(
  history: History,
  requirement: 'COORD-007' | 'COORD-008' | 'COORD-012',
): readonly Anomaly[] {
  return publishes(history, END).flatMap((end) => {
    const metadata = metadataOf(end.message);
    const [batch_id = ''] = batchesOf(history, end);
    const requests = publishes(history, REQUESTS).filter(
      ({ message }) => text(message, 'batch_id') === batch_id,
    );
    const asked = new Set(requests.map(({ message }) => text(message, 'player_lookup')));
    const answers = new Map<string, string>();
    for (const event of history) {
      if (event.kind !== 'delivery' || event.topic !== TOPIC.phase5PredictionReady) continue;
      const player = text(event.message, 'player_lookup');
      const belongs = text(event.message, 'batch_id') === batch_id && asked.has(player);
      if (belongs && answers.get(player) !== 'success') answers.set(player, text(event.message, 'status'));
    }
    const completed = [...answers.values()].filter((status) => status === 'success').length;
    const failed = answers.size - completed;
    const coverage = asked.size === 0 ? 0 : (100 * completed) / asked.size;
    const right =
      metadata['players_requested'] === asked.size &&
      metadata['players_completed'] === completed &&
      metadata['players_failed'] === failed &&
      Math.abs(Number(metadata['coverage_percent']) - coverage) < 0.01;
    if (right) return [];
    return [
      {
        requirement,
        anomaly: 'wrong count' as const,
        proof: `#${end.sequence} announces ${String(metadata['players_completed'])} of ${String(metadata['players_requested'])} players, ${String(metadata['players_failed'])} failed, ${String(metadata['coverage_percent'])} %; the results delivered for ${asked.size} requests give ${completed} completed, ${failed} failed, ${coverage} %.`,
        events: [end.sequence],
      },
    ];
  });
}
