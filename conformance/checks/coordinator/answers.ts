import type { RequirementId } from '../../../generated/requirements.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { pacificToday } from '../../harness/messages/dates.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { History, Json, RequestEvent } from '../../history/events.ts';
import { publishes, responseTo, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { marker, wordsOf } from '../judging/answers.ts';
import { deliverAll } from '../recipes/drive.ts';
import { players, RESULTS, readyFeatureStore, requestsOf, resultOf, startBatch } from '../recipes/phase-5.ts';
import { answered, COORDINATOR_BASE, markToday } from './starts.ts';

/** What one call of a case must be answered; calls are in the order in which they are made. */
export interface OwedAnswer {
  readonly requirement: RequirementId;
  /** The call in words. */
  readonly what: string;
  readonly status: number;
  /** Fields that the answer's body must have. */
  readonly body?: Readonly<Record<string, Json>>;
  /** A word that the answer must say; in which form, the contract leaves open. */
  readonly says?: string;
}

const THRESHOLD_CALLS: readonly OwedAnswer[] = [
  { requirement: 'COORD-013', what: 'a start with 4 of 5 players ready', status: 202 },
  { requirement: 'COORD-014', what: 'a start with 50 of 70 players ready', status: 202 },
  { requirement: 'COORD-014', what: 'a start with 49 of 70 players ready', status: 503 },
];

/** Starts on both sides of each threshold, each for a date of its own. */
export const THRESHOLDS: Check = {
  ...COORDINATOR_BASE,
  name: 'thresholds-of-a-start',
  is_long: true,
  requirements: ['COORD-013', 'COORD-014'],
  async run(scene) {
    const sizes = [
      ['COORD-013', 4, 5, 4],
      ['COORD-014', 50, 70, 50],
      ['COORD-014', 49, 70, 0],
    ] as const;
    for (const [id, ready, total, owed] of sizes) {
      const game_date = scene.anotherDate();
      const all = players(scene, total).map((player) => `${player}of${ready}`);
      await readyFeatureStore(scene, game_date, 1, {
        ready: all.slice(0, ready),
        not_ready: all.slice(ready),
      });
      scene.mark(`${id} of ${ready}`, `${game_date} owes ${owed} requests`);
      await call(scene, '/start', { game_date });
    }
    await scene.settle();
  },
  judge: (history) => [...judgeCalls(history, THRESHOLD_CALLS), ...judgeRequested(history)],
};

const LIFE_CALLS: readonly OwedAnswer[] = [
  {
    requirement: 'COORD-015',
    what: 'a start of a running batch',
    status: 200,
    says: 'already_running',
  },
  {
    requirement: 'COORD-018',
    what: 'a start by force of a running batch',
    status: 200,
    says: 'already_running',
  },
  {
    requirement: 'COORD-016',
    what: 'a start of a complete batch',
    status: 200,
    says: 'already_complete',
  },
  { requirement: 'COORD-017', what: 'a start by force of a complete batch', status: 202 },
];

/** One date from its first start to a repetition by force, with starts at each stage, and the second run of the date. */
export const BATCH_LIFE: Check = {
  ...COORDINATOR_BASE,
  name: 'a-batch-told-by-its-answers',
  requirements: ['COORD-015', 'COORD-016', 'COORD-017', 'COORD-018', 'COORD-023'],
  async run(scene) {
    const { game_date } = scene;
    const first = await startBatch(scene, game_date);
    await call(scene, '/start', { game_date });
    scene.mark('COORD-015', 'a running batch was started again');
    await call(scene, '/start', { game_date, force: true });
    await scene.settle();
    scene.mark('COORD-018', 'a running batch was started again by force');
    if (scene.target.has.runs) await startBatch(scene, game_date, 2);
    const results = first.map((request) => resultOf(scene, request));
    await deliverAll(scene, RESULTS, results);
    await scene.settle();
    await call(scene, '/start', { game_date });
    await scene.settle();
    scene.mark('COORD-016', 'a complete batch was started again');
    await call(scene, '/start', { game_date, force: true });
    await requestsOf(scene, `${game_date} run 1`, 2 * first.length);
  },
  judge: (history) => [...judgeCalls(history, LIFE_CALLS), ...judgeBatches(history)],
};

const LONE_CALLS: readonly OwedAnswer[] = [
  ...['/start', '/retry'].flatMap((path) =>
    ['a list', 'a word as game_date', 'an impossible game_date', 'a number as game_date'].map((what) => ({
      requirement: 'COORD-020' as const,
      what: `POST ${path} with ${what}`,
      status: 400,
    })),
  ),
  { requirement: 'COORD-019', what: 'a retry of a date without a batch', status: 200 },
  { requirement: 'COORD-022', what: 'a health check', status: 200 },
];

/** Calls that start nothing: invalid bodies, a retry of nothing, a health check, a status without a date. */
export const LONE: Check = {
  ...COORDINATOR_BASE,
  name: 'calls-of-the-coordinator',
  is_silent: true,
  situations: ['days that differ by zone'],
  requirements: ['COORD-019', 'COORD-020', 'COORD-021', 'COORD-022'],
  needs: [],
  async run(scene) {
    for (const path of ['/start', '/retry']) {
      await call(scene, path, []);
      for (const game_date of ['TODAY', '2031-02-30', 20310105]) await call(scene, path, { game_date });
    }
    await call(scene, '/retry', { game_date: scene.anotherDate() });
    await scene.request('phase5-coordinator', '/health', { method: 'GET' });
    markToday(scene);
    await scene.request('phase5-coordinator', '/status', { method: 'GET' });
    scene.mark('still today', pacificToday(Date.now()));
    await scene.settle();
  },
  judge: (history) => [
    ...judgeCalls(history, LONE_CALLS),
    ...judgeToday(history),
    ...publishes(history, TOPIC.phase5PredictionRequest)
      .slice(0, 1)
      .map((event) => ({
        requirement: 'COORD-019' as const,
        anomaly: 'phantom completion' as const,
        proof: `#${event.sequence} requested ${text(event.message, 'player_lookup')}, and no call of this case starts a batch.`,
        events: [event.sequence],
      })),
  ],
};

async function call(scene: Scene, path: string, body: Json): Promise<void> {
  await scene.request('phase5-coordinator', path, { body });
}

/** Hold the calls of a case against what they must be answered, in their order; later calls are not its business. */
export function judgeCalls(history: History, owed: readonly OwedAnswer[]): readonly Anomaly[] {
  const calls = history.filter((event): event is RequestEvent => event.kind === 'request');
  return owed.flatMap(({ requirement, what, status, body = {}, says }, index) => {
    const request = calls[index];
    if (request === undefined) return [];
    const response = responseTo(history, request.sequence);
    const fields = Object.entries(body);
    const is_right =
      response?.status === status &&
      (says === undefined || wordsOf(response.body).includes(says)) &&
      fields.every(
        ([field, value]) => (response.body as Readonly<Record<string, Json>> | null)?.[field] === value,
      );
    if (is_right) return [];
    const words = fields.map(([field, value]) => ` with ${field} ${JSON.stringify(value)}`).join('');
    const word = says === undefined ? '' : ` ${says}`;
    return [answered(requirement, request, response, `${what}, for which ${status}${word}${words} is owed`)];
  });
}

/** Each marker `COORD-013 of 4` says how many requests a date owes; hold what was published against it. */
function judgeRequested(history: History): readonly Anomaly[] {
  return history.flatMap((event): readonly Anomaly[] => {
    const [, game_date, owed] =
      event.kind === 'marker' ? (/^(\S+) owes (\d+)/.exec(event.sentence) ?? []) : [];
    if (event.kind !== 'marker' || game_date === undefined) return [];
    const made = publishes(history, TOPIC.phase5PredictionRequest).filter(
      ({ message }) => text(message, 'game_date') === game_date,
    );
    const asked = new Set(made.map(({ message }) => text(message, 'player_lookup')));
    if (asked.size === Number(owed)) return [];
    return [
      {
        requirement: event.name.slice(0, 'COORD-000'.length) as RequirementId,
        anomaly: asked.size < Number(owed) ? 'lost message' : 'phantom completion',
        proof: `The start of ${game_date} (after #${event.sequence}) owes requests for ${owed} players; ${asked.size} were requested.`,
        events: [event.sequence, ...made.slice(0, 3).map(({ sequence }) => sequence)],
      },
    ];
  });
}

/** Two runs are two batches, starts without effect request nothing, and a repetition by force has an id of its own. */
function judgeBatches(history: History): readonly Anomaly[] {
  const requests = publishes(history, TOPIC.phase5PredictionRequest);
  const idsOf = (run: number, from: number, to: number): ReadonlySet<string> =>
    new Set(
      requests
        .filter(({ message, sequence }) => message?.['run'] === run && sequence > from && sequence < to)
        .map(({ message }) => text(message, 'batch_id')),
    );
  const moment = (name: string): number => marker(history, name)?.sequence ?? 0;
  const first = requests[0];
  const batch = text(first?.message ?? null, 'batch_id');
  const again = idsOf(1, moment('COORD-016'), Infinity);
  const found: Anomaly[] = [];
  const tell = (requirement: RequirementId, anomaly: Anomaly['anomaly'], proof: string, at: number): void => {
    if (at > 0) found.push({ requirement, anomaly, proof, events: [first?.sequence ?? 0, at] });
  };
  for (const id of idsOf(2, 0, Infinity)) {
    const proof = `The requests of run 2 and of run 1 (#${first?.sequence}) share the batch ${id}; a result of one counts for the other.`;
    if (id === batch) tell('COORD-023', 'wrong count', proof, moment('COORD-018'));
  }
  for (const id of idsOf(1, 0, moment('COORD-018'))) {
    const proof = `Batch ${batch} (#${first?.sequence}) was running, and a start before #${moment('COORD-018')} requested players for batch ${id}.`;
    if (id !== batch) tell('COORD-018', 'double run', proof, moment('COORD-018'));
  }
  if (again.has(batch)) {
    const proof = `Batch ${batch} (#${first?.sequence}) was complete; the start by force after #${moment('COORD-016')} requested players under the same id, so that late results of the first count for the second.`;
    tell('COORD-017', 'wrong count', proof, moment('COORD-016'));
  }
  return found;
}

function judgeToday(history: History): readonly Anomaly[] {
  const request = history.find(
    (event): event is RequestEvent => event.kind === 'request' && event.path === '/status',
  );
  if (request === undefined) return [];
  const response = responseTo(history, request.sequence);
  const said = text(response?.body as Readonly<Record<string, Json>> | null, 'game_date');
  const days = ['today', 'still today'].map((name) => marker(history, name)?.sentence);
  const is_answered = response?.status === 200 || response?.status === 503;
  if (is_answered && days.includes(said)) return [];
  const what = `a status without game_date on ${days.join(' or ')} in Pacific time, for which 200 or 503 with that game_date is owed`;
  return [answered('COORD-021', request, response, what)];
}
