import { TOPIC } from '../../../../generated/topology.ts';
import { buildMessage } from '../../../harness/messages/build.ts';
import type { Branch, SceneRequest } from '../../../harness/scene/scene.ts';
import { seedTells } from '../../../harness/scene/seed.ts';
import type { History, Payload, SeedEvent } from '../../../history/events.ts';
import { publishes, runOf, text } from '../../../history/select.ts';
import { failedResultOf, resultOf } from '../../recipes/phase-5.ts';
import type { DrawnCall } from '../value/history.ts';
import { CLAIMS_OVER } from './begin.ts';
import { inLetters } from './ids.ts';
import type { Known, Sent } from './play.ts';

const COMPONENT = 'phase5-coordinator';
type Place = { readonly game_date: string; readonly run: number };
type Answer = Extract<DrawnCall, { readonly do: 'answer' }>;

/** Does what a coordinator is told and asked beside its trigger. */
export async function callCoordinator(
  branch: Branch,
  step: DrawnCall,
  place: Place,
  known: Known,
): Promise<readonly Sent[]> {
  switch (step.do) {
    case 'seed':
      await seedPlayers(branch, step, place);
      return [];
    case 'prepare':
      // What a target does not describe it is not asked.
      if (branch.target.seeds[step.what] === undefined) return [];
      await branch.seed(step.what, {
        ...place,
        players_ready: [],
        execution_id: branch.id(),
        correlation_id: branch.id(),
      });
      return [];
    case 'call':
      await callEndpoint(branch, step, place);
      return [];
    case 'recover':
      await recover(branch, step.path, place);
      return [];
    case 'answer':
      return answerRequests(branch, step, place, known);
  }
}

const PAUSE_MS = 100;
/** Claims are given by another clock. */
const SLACK_MS = 500;

/** Calls until everybody who is ready was requested; when claims must have run out since the last fault it calls once more. */
async function recover(branch: Branch, path: '/start' | '/retry', place: Place): Promise<void> {
  const claim_ms = branch.target.recovery_seconds * 1_000 + SLACK_MS;
  let strikes = 0;
  let until_ms = 0;
  for (let is_over = false; ; ) {
    await branch.settle();
    const { status } = await branch.request(COMPONENT, path, { body: place });
    await branch.settle();
    if (is_over || ((status ?? 500) < 300 && isRequestedWhole(branch, place))) return;
    const struck = branch.history().filter(({ kind }) => kind === 'fault').length;
    if (until_ms === 0 || struck > strikes) until_ms = Date.now() + claim_ms;
    strikes = struck;
    if (Date.now() < until_ms) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      continue;
    }
    is_over = true;
    branch.mark(CLAIMS_OVER, `every claim on ${place.game_date} run ${place.run} has run out`);
  }
}

function isRequestedWhole(branch: Branch, { game_date, run }: Place): boolean {
  const history = branch.history();
  const requested = new Set(
    publishes(history, TOPIC.phase5PredictionRequest).map(({ message }) => text(message, 'player_lookup')),
  );
  const seed = lastSeed(history, { game_date, run });
  return seed?.players_ready.every((player) => requested.has(player)) ?? true;
}

function lastSeed(history: History, { game_date, run }: Place): SeedEvent | undefined {
  return history.findLast(
    (event): event is SeedEvent =>
      event.kind === 'seed' &&
      event.name === 'feature_store' &&
      event.game_date === game_date &&
      event.run === run,
  );
}

async function seedPlayers(
  branch: Branch,
  { ready, not_ready = 0, backfill }: Extract<DrawnCall, { readonly do: 'seed' }>,
  place: Place,
): Promise<void> {
  // Whoever was listed before still is: a seed takes nobody away.
  const length = Math.max(ready + not_ready, listedBefore(branch, place));
  const numbers = Array.from({ length }, (_, index) => index + 1);
  const all = numbers.map((number) => playerName(place, number));
  await branch.seed('feature_store', {
    ...place,
    players_ready: all.slice(0, ready),
    players_not_ready: all.slice(ready),
    execution_id: branch.id(),
    ...(seedTells(branch.target, 'feature_store', 'correlation_id') ? { correlation_id: branch.id() } : {}),
    ...(seedTells(branch.target, 'feature_store', 'minutes') ? { minutes: numbers.map(minutesOf) } : {}),
    ...(backfill !== undefined && seedTells(branch.target, 'feature_store', 'backfill_reason')
      ? { backfill_reason: backfill }
      : {}),
  });
}

/** Recent minutes of a player, by number; no two have as many. */
function minutesOf(number: number): number {
  return 12 + number / 2;
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
  step: Extract<DrawnCall, { readonly do: 'call' }>,
  { game_date, run }: Place,
): Promise<void> {
  const { path, force, minutes_of, scheduler, source, copies = 1, instance = 1 } = step;
  await branch.settle();
  const is_start = path === '/start';
  const asks_minutes = minutes_of !== undefined && seedTells(branch.target, 'feature_store', 'minutes');
  const to: SceneRequest = {
    ...(scheduler === true ? { headers: { 'X-CloudScheduler': 'true' } } : {}),
    ...(instance > 1 && branch.instancesOf(COMPONENT) > 1 ? { replica: instance } : {}),
  };
  const call = (): Promise<unknown> =>
    path === '/status'
      ? branch.request(COMPONENT, `/status?game_date=${game_date}&run=${run}`, { ...to, method: 'GET' })
      : branch.request(COMPONENT, path, {
          ...to,
          body: {
            game_date,
            run,
            ...(is_start && force === true ? { force: true } : {}),
            ...(is_start && asks_minutes ? { min_minutes: minutesOf(minutes_of) } : {}),
            ...(is_start && source !== undefined ? { trigger_source: source } : {}),
          },
        });
  await Promise.all(Array.from({ length: copies }, call));
}

async function answerRequests(
  branch: Branch,
  step: Answer,
  place: Place,
  known: Known,
): Promise<readonly Sent[]> {
  await branch.settle();
  const { copies = 1, new_ids, late, but = 0, of, execution_of, instance = 1 } = step;
  const wanted = step.players?.map((number) => playerName(place, number));
  const requests = lastRequests(branch, place, of === 'batch before').filter(
    (request) => wanted === undefined || wanted.includes(text(request, 'player_lookup')),
  );
  const borrowed = execution_of === undefined ? [] : known.sentBy(execution_of);
  const sent = requests.slice(but).map((request): Sent => {
    const message = answerOf(branch, request, step);
    const lender = borrowed.find(
      (one) => text(one.message, 'player_lookup') === text(message, 'player_lookup'),
    );
    const execution_id = lender?.message?.['execution_id'];
    return {
      component: COMPONENT,
      topic: TOPIC.phase5PredictionReady,
      message: execution_id === undefined ? message : { ...message, execution_id },
      message_id: branch.nextMessageId(),
      ...(instance > 1 && branch.instancesOf(COMPONENT) > 1 ? { replica: instance } : {}),
    };
  });
  const copied = sent.flatMap((one) =>
    Array.from({ length: copies }, (_, index) =>
      index > 0 && new_ids === true ? { ...one, message_id: branch.nextMessageId() } : one,
    ),
  );
  const nacked = new Set<Sent>();
  await Promise.all(
    copied.map(async (one) => {
      const { acked } = await (late === true ? branch.deliver(one) : branch.deliverUntilAcked(one));
      if (!acked) nacked.add(one);
    }),
  );
  return sent.map((one) => (nacked.has(one) ? { ...one, is_nacked: true } : one));
}

function answerOf(branch: Branch, request: Payload, step: Answer): Payload {
  const { status, attempt, of } = step;
  const message = status === 'failed' ? failedResultOf(branch, request) : resultOf(branch, request);
  const asked = Number(request['attempt']);
  const { attempt: _attempt, ...rest } = message;
  const said =
    attempt === 'missing' ? {} : { attempt: attempt === 'earlier' ? Math.max(1, asked - 1) : asked };
  const player = text(request, 'player_lookup');
  const foreign = {
    ...(of === 'another batch' ? { batch_id: `${text(request, 'batch_id')}-x` } : {}),
    ...(of === 'strangers' ? { player_lookup: strangerBeside(player) } : {}),
  };
  const execution_id = inLetters(text(rest, 'execution_id'), step);
  return { ...rest, ...said, execution_id, timestamp: new Date().toISOString(), ...foreign };
}

/** Names that nobody may take for a path, a reserved word or a number. */
const STRANGE_NAMES = ['a/b', '..', '.', '_x', '__all__', 'ü ñ', 'x'.repeat(400), 'null', '%2F'];

function strangerBeside(player: string): string {
  const number = Number(/\d+$/.exec(player)?.[0] ?? 0);
  return STRANGE_NAMES[number % STRANGE_NAMES.length] ?? `stranger${player}`;
}

/** The last request of each player in the last batch of a date and run, or in the one before it. */
function lastRequests(branch: Branch, { game_date, run }: Place, is_before = false): readonly Payload[] {
  const own = publishes(branch.history(), TOPIC.phase5PredictionRequest).flatMap(({ message }) =>
    message !== null && text(message, 'game_date') === game_date && runOf(message) === run ? [message] : [],
  );
  const batches = [...new Set(own.map((message) => text(message, 'batch_id')))];
  const batch_id = batches.at(is_before ? -2 : -1);
  const last = new Map(
    own
      .filter((message) => text(message, 'batch_id') === batch_id)
      .map((message) => [text(message, 'player_lookup'), message]),
  );
  return [...last.values()];
}

/** Build the completion of a feature store as the last seed of a date left it. */
export function featureStoreOf(branch: Branch, { game_date, run }: Place, overrides: Payload): Payload {
  const seed = lastSeed(branch.history(), { game_date, run });
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
