import { FEATURE_STORE } from '../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { DrawnParcel, DrawnStep } from '../../value/history.ts';
import { drawSilence } from '../mixing.ts';
import { drawName } from '../names.ts';
import {
  coverage,
  forcedThenLimited,
  forcedWithTooFew,
  limitedThenForced,
  limitedThenRetried,
  manyBatches,
  nobodyPlaysEnough,
  noGames,
  tooFewAfterwards,
} from './limits.ts';
import {
  answerOf,
  type Batch,
  callOf,
  drawSome,
  plainStart,
  type Story,
  seedOf,
  withPlayers,
} from './parts.ts';

/**
 * Rows of the tables in docs/predictions.md that chance meets seldom. Each run plays each of them, so that no requirement passes
 * because its subject did not come up.
 */
export const ROWS: readonly ((batch: Batch) => Story)[] = [
  (batch) => silent(batch, { status: 'failed' }),
  (batch) => silent(batch, { status: 'no_data' }),
  (batch) => silent(batch, drawSilence(batch.draw)),
  (batch) => ({ ...silent(batch, {}), days: 'past' }),
  tooFewAlthoughBegun,
  tooFewAfterwards,
  noGames,
  (batch) => coverage(batch, 1),
  limitedThenForced,
  forcedThenLimited,
  limitedThenRetried,
  nobodyPlaysEnough,
  forcedWithTooFew,
  manyBatches,
  (batch) => everybodyWithdrawn(batch),
  (batch) => everybodyWithdrawn(batch, true),
  successThenFailure,
  failureThenSuccess,
  overtakenFailure,
  answersWithoutAttempt,
  sameRunAgain,
  laterInAnotherRound,
  twoRuns,
  answeredUnconfirmed,
  failedBatch,
  dayItself,
  (batch) => calledByTheClock(batch, callOf(batch, '/start', { scheduler: true })),
  (batch) => calledByTheClock(batch, { do: 'deliver', parcels: [feature(batch)] }),
];

/** A completion that starts nothing, although everybody is ready; the next one, or a call, starts the batch. */
function silent(batch: Batch, said: Partial<DrawnParcel>): Story {
  const { draw, place, nextN } = batch;
  const name = drawName(draw, 'phase_4_precompute', FEATURE_STORE);
  return withPlayers(batch, { from: 1, to: 3, days: 'plain' }, (players) => [
    seedOf(batch, players),
    { do: 'deliver', parcels: [{ n: nextN(), name, ...place, ...said }] },
    callOf(batch, '/status'),
    callOf(batch, draw.oneIn(3) ? '/retry' : '/status'),
    draw.oneIn(2) ? callOf(batch, '/start') : plainStart(batch),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

/** A batch of which nobody is predicted is over like any other. */
function failedBatch(batch: Batch): Story {
  return withPlayers(batch, { from: 1, to: 3, days: 'plain' }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    answerOf(batch, { status: 'failed' }),
    ...draw.shuffle([callOf(batch, '/start'), plainStart(batch), callOf(batch, '/status')]),
    callOf(batch, '/start', { force: true }),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

/** A date is past when its day is over, and not on its day. */
function dayItself(batch: Batch): Story {
  return withPlayers(batch, { from: 1, to: 3, days: 'today' }, (players) => [
    seedOf(batch, players),
    { do: 'deliver', parcels: [feature(batch)] },
    callOf(batch, '/status'),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

/** Only the header of a call says that the clock has called, and no later call says otherwise. */
function calledByTheClock(batch: Batch, start: DrawnStep): Story {
  return withPlayers(batch, { from: 1, to: 3, days: 'plain' }, (players, draw) => [
    seedOf(batch, players),
    start,
    answerOf(batch, draw.oneIn(2) ? { status: 'failed' } : { but: 1 }),
    callOf(batch, '/retry', { scheduler: true }),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

function feature({ place, nextN }: Batch): DrawnParcel {
  return { n: nextN(), name: FEATURE_STORE, ...place };
}

/** Phase 4 had begun, and is complete by now with too few players. */
function tooFewAlthoughBegun(batch: Batch): Story {
  const { draw } = batch;
  const ready = draw.below(4);
  const steps: readonly DrawnStep[] = [
    { do: 'prepare', ...batch.place, what: 'phase_4_begun' },
    callOf(batch, '/start'),
    seedOf(batch, ready, 4),
    callOf(batch, '/start'),
    plainStart(batch),
    seedOf(batch, ready + 4, 0),
    plainStart(batch),
    callOf(batch, '/status'),
  ];
  return { steps, days: 'plain' };
}

/** Nobody who is open is ready any more: the retry asks nobody, and the batch ends. Whoever answers later is predicted all the same. */
function everybodyWithdrawn(batch: Batch, is_late = false): Story {
  const { draw } = batch;
  const players = 2 + draw.below(3);
  const answered = draw.below(players);
  const first = Array.from({ length: answered }, (_, index) => index + 1);
  const late = (): readonly DrawnStep[] =>
    draw.oneIn(2) ? [answerOf(batch)] : [seedOf(batch, players), callOf(batch, '/retry'), answerOf(batch)];
  return {
    steps: [
      seedOf(batch, players),
      plainStart(batch),
      ...(answered === 0 ? [] : [answerOf(batch, { players: first })]),
      seedOf(batch, answered, players - answered),
      callOf(batch, '/retry'),
      callOf(batch, '/status'),
      // Whoever comes later may end what the retry should have ended.
      ...(is_late ? late() : []),
      callOf(batch, '/status'),
    ],
  };
}

/** Who has a prediction keeps it. */
function successThenFailure(batch: Batch): Story {
  return withPlayers(batch, { from: 1, to: 3 }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    answerOf(batch, { but: draw.below(players) }),
    answerOf(batch, { status: 'failed' }),
    callOf(batch, '/status'),
    callOf(batch, '/retry'),
    answerOf(batch, draw.oneIn(2) ? { status: 'failed' } : {}),
    callOf(batch, '/status'),
  ]);
}

/** A success after the end counts, and ends nothing a second time. */
function failureThenSuccess(batch: Batch): Story {
  return withPlayers(batch, { from: 2, to: 4 }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    answerOf(batch, { status: 'failed' }),
    answerOf(batch, { players: drawSome(draw, players) }),
    callOf(batch, '/status'),
    ...(draw.oneIn(2) ? [answerOf(batch)] : [callOf(batch, '/retry'), answerOf(batch)]),
    callOf(batch, '/status'),
  ]);
}

/** The failure of an attempt that was overtaken is none; its success is one. */
function overtakenFailure(batch: Batch): Story {
  return withPlayers(batch, { from: 2, to: 3 }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    callOf(batch, '/retry'),
    answerOf(batch, { status: 'failed', attempt: 'earlier' }),
    callOf(batch, '/status'),
    answerOf(batch, { players: [1], attempt: 'earlier' }),
    answerOf(batch, draw.oneIn(2) ? { but: 1 } : {}),
    callOf(batch, '/status'),
    callOf(batch, '/retry'),
  ]);
}

/** A result that names no attempt answers the last one. */
function answersWithoutAttempt(batch: Batch): Story {
  return withPlayers(batch, { from: 1, to: 3 }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    ...(draw.oneIn(2) ? [answerOf(batch, { status: 'failed' })] : []),
    callOf(batch, '/retry'),
    answerOf(batch, { status: 'failed', attempt: 'missing' }),
    callOf(batch, '/status'),
    callOf(batch, '/retry'),
    answerOf(batch, { attempt: 'missing' }),
    callOf(batch, '/status'),
  ]);
}

/** A run of the worker whose result was counted says the same again, when its player was asked once more: mostly without its attempt. */
function sameRunAgain(batch: Batch): Story {
  const failed = answerOf(batch, { status: 'failed' });
  return withPlayers(batch, { from: 1, to: 3 }, (players, draw) => [
    seedOf(batch, players),
    plainStart(batch),
    failed,
    callOf(batch, '/retry'),
    answerOf(batch, {
      status: 'failed',
      execution_of: failed.n,
      ...(draw.oneIn(3) ? {} : { attempt: 'missing' as const }),
    }),
    callOf(batch, '/status'),
    ...(draw.oneIn(2) ? [answerOf(batch)] : []),
    callOf(batch, '/status'),
  ]);
}

/** Each player has attempts of his own, and each round an end of its own. */
function laterInAnotherRound(batch: Batch): Story {
  return withPlayers(batch, { from: 4, to: 5 }, (players) => [
    seedOf(batch, players, 1),
    plainStart(batch),
    answerOf(batch, { but: 1 }),
    answerOf(batch, { players: [players], status: 'failed' }),
    callOf(batch, '/retry'),
    answerOf(batch, { players: [players], status: 'failed' }),
    seedOf(batch, players + 1),
    callOf(batch, '/retry'),
    callOf(batch, '/status'),
    answerOf(batch),
    callOf(batch, '/retry'),
    callOf(batch, '/status'),
  ]);
}

/** The answer of a publish is lost, and its request is out: who answers it is counted, although nobody confirmed it. */
function answeredUnconfirmed(batch: Batch): Story {
  const { draw, place } = batch;
  const players = 1 + draw.below(3);
  const lost: DrawnStep = {
    do: 'refuse',
    on: 'publish',
    topic: TOPIC.phase5PredictionRequest,
    ...(place.day === undefined ? {} : { day: place.day }),
    times: players,
    is_done: true,
  };
  return {
    steps: [
      seedOf(batch, players),
      lost,
      callOf(batch, '/start'),
      answerOf(batch),
      { do: 'recover', ...place, path: '/start' },
      callOf(batch, '/start'),
      callOf(batch, '/status'),
    ],
    days: 'plain',
  };
}

/** Runs of a date know nothing of each other. */
function twoRuns(batch: Batch): Story {
  const { draw, place } = batch;
  const other: Batch = { ...batch, place: { ...place, run: ((place.run ?? 1) % 3) + 1 } };
  const [one, two] = draw.oneIn(2) ? [batch, other] : [other, batch];
  return {
    steps: [
      seedOf(one, 2),
      plainStart(one),
      callOf(two, '/status'),
      seedOf(two, 3),
      plainStart(two),
      answerOf(two, draw.oneIn(3) ? { status: 'failed' } : {}),
      callOf(one, '/status'),
      callOf(two, '/status'),
      callOf(one, '/retry'),
      answerOf(one),
      callOf(two, '/status'),
      callOf(one, '/status'),
    ],
    days: 'plain',
  };
}
