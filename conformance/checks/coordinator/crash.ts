import { TOPIC } from '../../../generated/topology.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { History, Payload } from '../../history/events.ts';
import { publishes, responseTo, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused, marker } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { batchOf } from '../owed/coordinator.ts';
import { deliverAll, deliverTogether, parcel } from '../recipes/drive.ts';
import {
  COORDINATOR,
  failedResultOf,
  RESULTS,
  readyFeatureStore,
  resultOf,
  startBatch,
} from '../recipes/phase-5.ts';
import { COORDINATOR_BASE } from './starts.ts';

const { phase5PredictionRequest: REQUESTS, phase5PredictionsComplete: END } = TOPIC;
const DIED = 'coordinator died';

/**
 * The instance dies while it has the publishes of three batches in hand: of one that starts, of one that is retried, of one that
 * ends. When its claims have run out the next instance carries on with each.
 */
export const CRASH: Check = {
  ...COORDINATOR_BASE,
  name: 'crash-while-batches-are-published',
  outputs: [REQUESTS, END],
  situations: ['killed with a delivery in flight', 'delivery after a restart'],
  requirements: ['COORD-012'],
  needs: ['seeds', 'restart', 'broker-faults'],
  exclusive: true,
  async run(scene) {
    const [started, retried, ended] = [scene.game_date, scene.anotherDate(), scene.anotherDate()];
    const [straggler = {}, ...others] = await startBatch(scene, retried);
    const answers = [failedResultOf(scene, straggler), ...others.map((one) => resultOf(scene, one))];
    const results = (await startBatch(scene, ended)).map((request) => resultOf(scene, request));
    await deliverAll(scene, RESULTS, [...answers, ...results.slice(1)]);
    await scene.settle();
    const in_hand = [
      parcel(COORDINATOR, await readyFeatureStore(scene, started), idOf(started)),
      parcel(RESULTS, results[0] ?? {}, idOf(ended)),
    ];
    const faults = [started, retried, ended].map((game_date) =>
      scene.fault({ on: 'publish', game_date, effect: 'hang' }),
    );
    const delivering = Promise.all(in_hand.map((one) => scene.deliver(one)));
    const retrying = retry(scene, retried);
    await Promise.race([
      Promise.all(faults.map(({ struck }) => struck)),
      Promise.all([delivering, retrying]),
    ]);
    await scene.kill('phase5-coordinator');
    for (const fault of faults) fault.lift();
    const answered = await delivering;
    await retrying;
    await scene.restart('phase5-coordinator');
    await scene.advanceClock(scene.target.recovery_seconds);
    scene.mark(
      DIED,
      `batches of ${started}, ${retried} and ${ended} were in hand; ${retried} is retried again`,
    );
    const unacked = in_hand.filter((_, index) => answered[index]?.acked !== true);
    await Promise.all([
      deliverTogether(
        scene,
        unacked.map((one) => ({ ...one, attempt: 2 })),
      ),
      scene.requestUntil(
        'phase5-coordinator',
        '/retry',
        { body: { game_date: retried } },
        (status) => status !== 503,
      ),
    ]);
    await scene.settle();
    const open = requestsSince(scene.history());
    await deliverAll(
      scene,
      RESULTS,
      open.map((request) => resultOf(scene, request)),
    );
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase5-coordinator', 'COORD-012'),
    ...judgeOutputs(withoutFirstRounds(history), 'phase5-coordinator', {
      lost: 'COORD-012',
      double: 'COORD-012',
      topics: [REQUESTS, END],
    }).map((anomaly) =>
      anomaly.anomaly === 'lost message' ? { ...anomaly, anomaly: 'stuck batch' as const } : anomaly,
    ),
    ...judgeRetry(history),
  ],
};

/** A batch that is retried ends once more: what was announced before the death is of another round. */
function withoutFirstRounds(history: History): History {
  const died = marker(history, DIED)?.sequence ?? 0;
  return history.filter((event) => event.kind !== 'publish' || event.topic !== END || event.sequence > died);
}

function idOf(game_date: string): { readonly message_id: string } {
  return { message_id: `6${game_date.replaceAll('-', '')}` };
}

async function retry(scene: Scene, game_date: string): Promise<void> {
  await scene.request('phase5-coordinator', '/retry', { body: { game_date } });
}

/** The last request of each player that was made after the death, or was in hand then. */
function requestsSince(history: History): readonly Payload[] {
  const died = marker(history, DIED)?.sequence ?? Infinity;
  const last = new Map<string, Payload>();
  for (const { message, sequence } of publishes(history, REQUESTS))
    if (message !== null && sequence > died)
      last.set(`${batchOf(message)} ${text(message, 'player_lookup')}`, message);
  return [...last.values()];
}

/** After the death a retry that is answered asks for the player who has failed, whoever began to ask him before. */
function judgeRetry(history: History): readonly Anomaly[] {
  const died = marker(history, DIED);
  const request = history.find(
    (event) =>
      event.kind === 'request' && event.path === '/retry' && event.sequence > (died?.sequence ?? Infinity),
  );
  if (died === undefined || request === undefined) return [];
  const failed = history.find(
    (event) => event.kind === 'delivery' && text(event.message, 'status') === 'failed',
  );
  if (failed?.kind !== 'delivery') return [];
  const player = text(failed.message, 'player_lookup');
  const asked = publishes(history, REQUESTS).filter(
    ({ message }) => text(message, 'player_lookup') === player,
  );
  if (asked.some(({ sequence }) => sequence > failed.sequence)) return [];
  const answer = responseTo(history, request.sequence);
  return [
    {
      requirement: 'COORD-012',
      anomaly: 'stuck batch',
      proof: `A retry was asking for ${player}, who had failed (#${failed.sequence}), when the instance died. The next instance was asked to retry until its claims had run out, last answered ${answer?.status ?? 'nothing'}, and never requested him.`,
      events: [failed.sequence, request.sequence],
    },
  ];
}
