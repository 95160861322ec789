import { READINESS } from '../../../../../generated/topology.ts';
import type { DrawnStep } from '../../value/history.ts';
import { answerOf, type Batch, callOf, plainStart, type Story, seedOf, withPlayers } from './parts.ts';

/** The next batch asks for everybody whom the one before left out. */
export function limitedThenForced(batch: Batch): Story {
  return withPlayers(batch, { from: 3, to: 5 }, (players, draw) => [
    seedOf(batch, players),
    callOf(batch, '/start', { minutes_of: 2 + draw.below(players - 1) }),
    answerOf(batch),
    callOf(batch, '/start', { force: true }),
    callOf(batch, '/status'),
    ...(draw.oneIn(2) ? [callOf(batch, '/retry')] : []),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

/** The limit is that of the batch, and not that of the first one. */
export function forcedThenLimited(batch: Batch): Story {
  return withPlayers(batch, { from: 3, to: 5, days: 'plain' }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    answerOf(batch),
    callOf(batch, '/start', { force: true, minutes_of: 2 + draw.below(players - 1) }),
    ...(draw.oneIn(2) ? [answerOf(batch, { but: 1 })] : [answerOf(batch, { status: 'failed' })]),
    callOf(batch, '/retry'),
    callOf(batch, '/status'),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

/** Who was left out is no straggler, and who is ready later with enough minutes is one. */
export function limitedThenRetried(batch: Batch): Story {
  return withPlayers(batch, { from: 3, to: 5 }, (players, draw) => [
    seedOf(batch, players),
    callOf(batch, '/start', { minutes_of: 2 + draw.below(players - 1) }),
    ...draw.pick([[], [answerOf(batch)], [answerOf(batch, { status: 'failed' })]]),
    callOf(batch, '/retry'),
    answerOf(batch),
    ...(draw.oneIn(2) ? [seedOf(batch, players + 1)] : []),
    callOf(batch, '/retry'),
    callOf(batch, '/status'),
  ]);
}

/** A batch without any player ends at once. */
export function nobodyPlaysEnough(batch: Batch): Story {
  const { draw } = batch;
  const players = 1 + draw.below(3);
  const before = draw.oneIn(2) ? [plainStart(batch), answerOf(batch)] : [];
  return {
    steps: [
      seedOf(batch, players),
      ...before,
      callOf(batch, '/start', { minutes_of: players + 1, ...(before.length > 0 ? { force: true } : {}) }),
      callOf(batch, '/status'),
      callOf(batch, '/retry'),
      callOf(batch, '/start'),
      ...(draw.oneIn(2)
        ? [callOf(batch, '/start', { force: true }), answerOf(batch), callOf(batch, '/status')]
        : []),
    ],
    days: draw.pick(['plain', 'plain', 'past'] as const),
  };
}

/** A batch that has begun takes no notice of a feature store that would start none. */
export function tooFewAfterwards(batch: Batch): Story {
  const { draw } = batch;
  const ready = 3 + draw.below(3);
  const starts = (): readonly DrawnStep[] => draw.shuffle([callOf(batch, '/start'), plainStart(batch)]);
  const steps = [
    seedOf(batch, ready),
    plainStart(batch),
    seedOf(batch, ready - 2, 2),
    ...starts(),
    callOf(batch, '/status'),
    answerOf(batch),
    ...starts(),
    callOf(batch, '/status'),
  ];
  return { steps, days: 'plain' };
}

/** A start by force is judged by the feature store as any other: with too few players the batch before stays. */
export function forcedWithTooFew(batch: Batch): Story {
  return withPlayers(batch, { from: 4, to: 6, days: 'plain' }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    answerOf(batch, draw.oneIn(2) ? { status: 'failed' } : {}),
    seedOf(batch, players - 2, 2),
    callOf(batch, '/start', { force: true }),
    callOf(batch, '/status'),
    seedOf(batch, players),
    callOf(batch, '/start', { force: true }),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

/** Of any number of batches of a date each asks everybody: more than a digit counts. */
export function manyBatches(batch: Batch): Story {
  const count = 11;
  const again = Array.from({ length: count }, () => [
    answerOf(batch),
    callOf(batch, '/start', { force: true }),
  ]).flat();
  return {
    steps: [seedOf(batch, 1), plainStart(batch), ...again, answerOf(batch), callOf(batch, '/status')],
    days: 'plain',
  };
}

/** The schedule of the date was read and lists no game, whatever its neighbours have; a player who is listed all the same is to be predicted. */
export function noGames(batch: Batch): Story {
  const { draw, place } = batch;
  const beside = { ...place, day: ((place.day ?? 0) + 1) % 3 };
  const steps: readonly DrawnStep[] = [
    { do: 'prepare', ...beside, what: 'no_games' },
    callOf(batch, '/start'),
    { do: 'prepare', ...place, what: 'no_games' },
    callOf(batch, '/start'),
    callOf(batch, '/status'),
    // One that waits for Phase 4 all the same answers nothing, and makes what follows uncertain.
    ...(draw.oneIn(2) ? [callOf(batch, '/start', { scheduler: true })] : []),
    seedOf(batch, 1, 2),
    callOf(batch, '/start'),
    callOf(batch, '/status'),
  ];
  return { steps, days: 'plain' };
}

/**
 * Coverage just below, at and above what the deadline asks for: whoever takes enough for all says so in the announcement too.
 *
 * @param missing  of ten players; drawn by default
 */
export function coverage(batch: Batch, missing = batch.draw.pick([0, 1, 1, 1, 2])): Story {
  const { draw } = batch;
  const players = READINESS.coverage_percent_min / 9;
  const failed = answerOf(batch, {
    status: 'failed',
    players: Array.from({ length: missing }, (_, index) => index + 1),
  });
  const rest = answerOf(batch, { but: missing });
  const steps = [
    seedOf(batch, players),
    callOf(batch, '/start'),
    ...(missing > 0 && draw.oneIn(2) ? [failed, rest] : [rest, ...(missing > 0 ? [failed] : [])]),
    callOf(batch, '/status'),
  ];
  return { steps, days: draw.pick(['past', 'past', 'past', 'today', 'plain'] as const) };
}
