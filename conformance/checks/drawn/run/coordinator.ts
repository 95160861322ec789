import { TOPIC } from '../../../../generated/topology.ts';
import { buildMessage } from '../../../harness/messages/build.ts';
import type { Branch, SceneDelivery } from '../../../harness/scene/scene.ts';
import type { Payload, SeedEvent } from '../../../history/events.ts';
import { publishes, runOf, text } from '../../../history/select.ts';
import { failedResultOf, resultOf } from '../../recipes/phase-5.ts';
import type { DrawnCall } from '../value/history.ts';

const COMPONENT = 'phase5-coordinator';
type Place = { readonly game_date: string; readonly run: number };
type Answer = Extract<DrawnCall, { readonly do: 'answer' }>;

/** Does what a coordinator is told and asked beside its trigger; `sent` keeps the answers by their number. */
export async function callCoordinator(
  branch: Branch,
  step: DrawnCall,
  place: Place,
): Promise<readonly (SceneDelivery & { readonly message_id: string })[]> {
  switch (step.do) {
    case 'seed': {
      const name = (number: number): string => playerName(place, number);
      // Whoever was listed before still is: a seed takes nobody away.
      const length = Math.max(step.ready + (step.not_ready ?? 0), listedBefore(branch, place));
      const all = Array.from({ length }, (_, index) => name(index + 1));
      await branch.seed('feature_store', {
        ...place,
        players_ready: all.slice(0, step.ready),
        players_not_ready: all.slice(step.ready),
        execution_id: branch.id(),
        correlation_id: branch.id(),
      });
      return [];
    }
    case 'call':
      await callEndpoint(branch, step, place);
      return [];
    case 'answer':
      return answerRequests(branch, step, place);
  }
}

function listedBefore(branch: Branch, { game_date, run }: Place): number {
  const totals = branch
    .history()
    .flatMap((event) =>
      event.kind === 'seed' && event.game_date === game_date && event.run === run
        ? [event.players_total]
        : [],
    );
  return Math.max(0, ...totals);
}

async function callEndpoint(
  branch: Branch,
  { path, force }: Extract<DrawnCall, { readonly do: 'call' }>,
  { game_date, run }: Place,
): Promise<void> {
  await branch.settle();
  if (path === '/status') {
    await branch.request(COMPONENT, `/status?game_date=${game_date}&run=${run}`, { method: 'GET' });
    return;
  }
  const body = { game_date, run, ...(path === '/start' && force === true ? { force: true } : {}) };
  await branch.request(COMPONENT, path, { body });
}

async function answerRequests(branch: Branch, step: Answer, place: Place) {
  await branch.settle();
  const { copies = 1, new_ids } = step;
  const wanted = step.players?.map((number) => playerName(place, number));
  const requests = lastRequests(branch, place).filter(
    (request) => wanted === undefined || wanted.includes(text(request, 'player_lookup')),
  );
  const sent = requests.map((request) => ({
    component: COMPONENT,
    topic: TOPIC.phase5PredictionReady,
    message: answerOf(branch, request, step),
    message_id: branch.nextMessageId(),
  }));
  const copied = sent.flatMap((one) =>
    Array.from({ length: copies }, (_, index) =>
      index > 0 && new_ids === true ? { ...one, message_id: branch.nextMessageId() } : one,
    ),
  );
  await Promise.all(copied.map((one) => branch.deliverUntilAcked(one)));
  return sent;
}

function answerOf(branch: Branch, request: Payload, { status, attempt, of }: Answer): Payload {
  const message = status === 'failed' ? failedResultOf(branch, request) : resultOf(branch, request);
  const asked = Number(request['attempt']);
  const { attempt: _attempt, ...rest } = message;
  const said =
    attempt === 'missing' ? {} : { attempt: attempt === 'earlier' ? Math.max(1, asked - 1) : asked };
  const foreign = {
    ...(of === 'another batch' ? { batch_id: `${text(request, 'batch_id')}-x` } : {}),
    ...(of === 'strangers' ? { player_lookup: `stranger${text(request, 'player_lookup')}` } : {}),
  };
  return { ...rest, ...said, timestamp: new Date().toISOString(), ...foreign };
}

/** The last request of each player in the last batch of a date and run. */
function lastRequests(branch: Branch, { game_date, run }: Place): readonly Payload[] {
  const own = publishes(branch.history(), TOPIC.phase5PredictionRequest).flatMap(({ message }) =>
    message !== null && text(message, 'game_date') === game_date && runOf(message) === run ? [message] : [],
  );
  const batch_id = text(own.at(-1) ?? null, 'batch_id');
  const last = new Map(
    own
      .filter((message) => text(message, 'batch_id') === batch_id)
      .map((message) => [text(message, 'player_lookup'), message]),
  );
  return [...last.values()];
}

/** Build the completion of a feature store as the last seed of a date left it. */
export function featureStoreOf(branch: Branch, { game_date, run }: Place, overrides: Payload): Payload {
  const seed = branch
    .history()
    .findLast(
      (event): event is SeedEvent =>
        event.kind === 'seed' && event.game_date === game_date && event.run === run,
    );
  const ready = seed?.players_ready.length ?? 1;
  const total = seed?.players_total ?? 1;
  return buildMessage('FeatureStoreCompletion', {
    game_date,
    record_count: total,
    ...overrides,
    metadata: { run, level: 3, players_ready: ready, players_total: total, players_failed: total - ready },
  });
}

/** Name a player of a date and run by number. */
export function playerName({ game_date, run }: Place, number: number): string {
  return `player${game_date.replaceAll('-', '')}r${run}n${number}`;
}
