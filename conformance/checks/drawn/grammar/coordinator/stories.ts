import type { DrawnStep } from '../../value/history.ts';
import { interrupted } from './disturbed/interrupted.ts';
import { coverage } from './limits.ts';
import { drawOddCall } from './odd-calls.ts';
import {
  answerOf,
  type Batch,
  callOf,
  drawNext,
  drawSome,
  drawStart,
  drawThreshold,
  plainStart,
  type Story,
  seedOf,
  withPlayers,
} from './parts.ts';

/** Draw one of the stories. */
export function drawStory(batch: Batch): Story {
  return batch.draw.weigh<(batch: Batch) => Story>([
    [5, anyStory],
    [5, (one) => coverage(one)],
    [8, thresholds],
    [7, attempts],
    [3, withdrawn],
    [3, laterPlayers],
    [5, batchAfterBatch],
    [7, interrupted],
    [3, minutes],
    [4, nothingToPredict],
    [3, sources],
    [4, oddCalls],
    [3, today],
  ])(batch);
}

/** Anything after anything. */
function anyStory(batch: Batch): Story {
  const { draw } = batch;
  const players = draw.weigh([
    [8, 1 + draw.below(4)],
    [1, 10],
  ]);
  const started = [
    ...(draw.oneIn(8) ? [plainStart(batch)] : []),
    seedOf(batch, players),
    ...drawStart(batch),
  ];
  return { steps: [...started, ...someNext(batch, players, 2 + draw.below(6)), ...end(batch)] };
}

/** Ready players around each threshold. */
function thresholds(batch: Batch): Story {
  const { draw } = batch;
  const [ready, not_ready] = drawThreshold(draw);
  const after = draw.oneIn(3)
    ? [seedOf(batch, ready + 1, Math.max(0, not_ready - 1)), plainStart(batch)]
    : [];
  return {
    steps: [seedOf(batch, ready, not_ready), plainStart(batch), callOf(batch, '/status'), ...after],
  };
}

/** Answers of attempts that were overtaken, in any order. */
function attempts(batch: Batch): Story {
  const { draw } = batch;
  const players = 1 + draw.below(3);
  const of = { players: drawSome(draw, players) };
  const late = draw.weigh<Parameters<typeof answerOf>[1]>([
    [6, { status: 'failed', attempt: 'earlier' }],
    [2, { attempt: 'earlier' }],
    [4, { status: 'failed', attempt: 'missing' }],
    [1, { attempt: 'missing' }],
    [1, { status: 'failed' }],
  ]);
  const once = [
    ...(draw.oneIn(3) ? [] : [answerOf(batch, { ...of, status: 'failed' })]),
    callOf(batch, '/retry'),
    answerOf(batch, { ...of, ...late }),
    callOf(batch, '/status'),
  ];
  const more = draw.oneIn(2)
    ? [callOf(batch, '/retry'), answerOf(batch, { ...of, ...(draw.oneIn(2) ? late : {}) })]
    : [];
  const last = draw.oneIn(2) ? [answerOf(batch, { ...of, attempt: 'earlier' })] : [];
  return { steps: [seedOf(batch, players), plainStart(batch), ...once, ...more, ...last, ...end(batch)] };
}

/** Players who are ready no longer when they are asked again, and come back later. */
function withdrawn(batch: Batch): Story {
  const { draw } = batch;
  const players = 2 + draw.below(3);
  const gone = 1 + draw.below(players - 1);
  const answered = drawSome(draw, players - gone);
  const back = draw.oneIn(3) ? [seedOf(batch, players), callOf(batch, '/retry')] : [];
  const late = draw.oneIn(3) ? [answerOf(batch, { players: [players] })] : [];
  const steps = [
    seedOf(batch, players),
    plainStart(batch),
    ...(draw.oneIn(3) ? [] : [answerOf(batch, { players: answered })]),
    seedOf(batch, players - gone, gone),
    callOf(batch, '/retry'),
    ...late,
    answerOf(batch, { players: numbers(players - gone) }),
    callOf(batch, '/status'),
    ...back,
  ];
  return { steps: [...steps, ...(draw.oneIn(2) ? end(batch) : [])] };
}

/** Players who are ready only after the start, and some who never are. */
function laterPlayers(batch: Batch): Story {
  return withPlayers(batch, { from: 4, to: 6 }, (players, draw) => [
    seedOf(batch, players, 1),
    plainStart(batch),
    ...(draw.oneIn(2) ? [answerOf(batch, {})] : []),
    seedOf(batch, players + 1 + draw.below(2), draw.below(2)),
    callOf(batch, '/retry', draw.oneIn(3) ? { copies: 2 } : {}),
    ...(draw.oneIn(2) ? [callOf(batch, '/start')] : []),
    ...end(batch),
  ]);
}

/** A batch by force after one that is complete, or that is not; results of the first come later. */
function batchAfterBatch(batch: Batch): Story {
  const { draw } = batch;
  const players = draw.pick([1, 2, 3, 5, 5]);
  const limited = (): DrawnStep => callOf(batch, '/start', { minutes_of: 1 + draw.below(players) });
  const steps = [
    seedOf(batch, players),
    draw.oneIn(5) ? limited() : plainStart(batch),
    ...(draw.oneIn(3) ? [callOf(batch, '/start', { force: true })] : []),
    answerOf(batch, draw.oneIn(3) ? { status: 'failed' } : {}),
    ...(draw.oneIn(3) ? [callOf(batch, '/start')] : []),
    // Of five players four are enough for another batch.
    ...draw.pick([[], [seedOf(batch, players + 1)], players > 4 ? [seedOf(batch, players - 1, 1)] : []]),
    callOf(batch, '/start', { force: true, ...(draw.oneIn(3) ? { copies: 2 } : {}) }),
    callOf(batch, '/status'),
    answerOf(batch, { of: 'batch before', ...(draw.oneIn(3) ? { status: 'failed' } : {}) }),
    callOf(batch, '/status'),
    ...(draw.oneIn(2) ? [callOf(batch, '/retry')] : []),
  ];
  return { steps: [...steps, ...end(batch)] };
}

/** Only players who play enough. */
function minutes(batch: Batch): Story {
  const { draw } = batch;
  const players = 3 + draw.below(3);
  const minutes_of = 1 + draw.below(players);
  const steps = [
    seedOf(batch, players, draw.below(2)),
    callOf(batch, '/start', { minutes_of }),
    ...draw.pick([[], [answerOf(batch)], [answerOf(batch, { status: 'failed' })]]),
    callOf(batch, '/retry'),
    callOf(batch, '/status'),
  ];
  return { steps: [...steps, ...end(batch)] };
}

/** Dates without games, before Phase 4, and of which nothing is known. */
function nothingToPredict(batch: Batch): Story {
  const { draw, place } = batch;
  const said = draw.pick(['no_games', 'no_games', 'phase_4_begun', undefined, undefined] as const);
  const beside = draw.oneIn(2)
    ? { ...place, day: ((place.day ?? 0) + 1 + draw.below(2)) % 3 }
    : { ...place, run: 1 + (((place.run ?? 1) + draw.below(2)) % 3) };
  const steps: DrawnStep[] = [
    ...(said === undefined ? [] : [{ do: 'prepare' as const, ...place, what: said }]),
    ...(said !== 'no_games' || draw.oneIn(4)
      ? [{ do: 'prepare' as const, ...beside, what: 'no_games' as const }]
      : []),
    ...(draw.oneIn(2) ? [callOf(batch, '/status')] : []),
    // The scheduler's start would wait for Phase 4.
    callOf(batch, '/start', said === 'no_games' && draw.oneIn(2) ? { scheduler: true } : {}),
    callOf(batch, '/status'),
    ...(draw.oneIn(2) ? [callOf(batch, '/retry')] : []),
    ...(draw.oneIn(2)
      ? [seedOf(batch, 2), plainStart(batch), answerOf(batch), callOf(batch, '/status')]
      : []),
  ];
  return { steps, days: draw.pick(['past', 'plain', 'today'] as const) };
}

/** Who calls, and what the feature store was filled by, is told to the end. */
function sources(batch: Batch): Story {
  const { draw } = batch;
  const backfill = draw.oneIn(3) ? 'historical_load' : undefined;
  const steps = [
    seedOf(batch, 1 + draw.below(2), 0, backfill),
    callOf(batch, '/start', {
      ...(draw.oneIn(2) ? { scheduler: true as const } : {}),
      ...(draw.oneIn(2) ? { source: draw.pick(['manual', 'scheduler', 'pubsub'] as const) } : {}),
    }),
    answerOf(batch, draw.oneIn(3) ? { status: 'failed' } : {}),
    callOf(batch, '/retry', draw.oneIn(2) ? { scheduler: true } : {}),
  ];
  return { steps: [...steps, ...end(batch)] };
}

/** Calls that are refused, while a batch runs beside them. */
function oddCalls(batch: Batch): Story {
  const { draw, place } = batch;
  const odd = (): DrawnStep => ({ do: 'odd', ...place, ...drawOddCall(draw) });
  const steps = [odd(), seedOf(batch, 2), odd(), plainStart(batch), odd(), odd(), callOf(batch, '/status')];
  return { steps };
}

/** The day itself, the one before, which is past, and the one after. */
function today(batch: Batch): Story {
  return withPlayers(batch, { from: 1, to: 3, days: 'today' }, (players) => [
    callOf(batch, '/status'),
    seedOf(batch, players),
    ...drawStart(batch),
    callOf(batch, '/status'),
    answerOf(batch),
    callOf(batch, '/status'),
  ]);
}

function someNext(batch: Batch, players: number, count: number): readonly DrawnStep[] {
  return Array.from({ length: count }, (_, index) => drawNext(batch, players, index + 1));
}

/** Mostly everybody answers in the end, and the status is asked. */
function end(batch: Batch): readonly DrawnStep[] {
  const { draw } = batch;
  return [
    ...(draw.oneIn(3) ? [] : [answerOf(batch)]),
    callOf(batch, '/status'),
    ...(draw.oneIn(4) ? [drawNext(batch, 3, 2)] : []),
  ];
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
