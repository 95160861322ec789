import { FEATURE_STORE } from '../../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../../generated/topology.ts';
import type { DrawnStep } from '../../../value/history.ts';
import type { Draw } from '../../draw.ts';
import { answerOf, type Batch, callOf, plainStart, type Step, type Story, seedOf } from '../parts.ts';

const { phase5PredictionRequest: REQUESTS, phase5PredictionsComplete: ENDS } = TOPIC;

/** How a batch stands when one call is held back, what makes that call, and what changes meanwhile what it has read. */
interface Race {
  readonly before: readonly DrawnStep[];
  /** The call that is held back. Default: any. */
  readonly held?: readonly DrawnStep[];
  readonly slow: DrawnStep;
  readonly fast: readonly DrawnStep[];
  /** What happens afterwards, before everybody answers. Default: often another race, of a retry. */
  readonly after?: readonly DrawnStep[];
}

/**
 * One call of a request or delivery is held back while others come and go: what the first has read is not so any more.
 *
 * @param nth  counts such stories of a run, so that each race is among them
 */
export function overtaken(batch: Batch, nth: number): Story {
  const { draw } = batch;
  const players = 2 + draw.below(3);
  const raceOf = draw.pick(RACES[nth % RACES.length] ?? []);
  const { before, slow, fast, after, ...race } = raceOf(batch, players);
  const again = draw.pick<() => readonly DrawnStep[]>([
    () => [callOf(batch, '/retry'), callOf(batch, '/status'), answerOf(batch)],
    () => [answerOf(batch, { but: 1 }), callOf(batch, '/retry'), callOf(batch, '/status')],
  ])();
  const steps = [
    seedOf(batch, players),
    ...before,
    ...(race.held ?? heldBack(batch, fast.length)),
    slow,
    ...fast,
    ...(after ?? [...(draw.oneIn(2) ? heldBack(batch, 1) : []), ...again]),
    answerOf(batch),
    callOf(batch, '/status'),
  ];
  return { steps };
}

/** Races of a run, one after the other; of several in one row one is drawn. */
const RACES: readonly (readonly ((batch: Batch, players: number) => Race)[])[] = [
  [confirmationByAnswers],
  [retryByAnswers],
  [answersByRetry],
  [retryByBatch],
  [answersByAnswers, startByStart, forceByOthers],
  [publishByRetry],
  [triggerByBatch],
  [retryByEnd],
  [endUnannounced],
];

/** Whoever was behind when the retry looked answers before it asks him, or gives him up. */
function retryByAnswers(batch: Batch, players: number): Race {
  const { draw } = batch;
  return {
    before: [plainStart(batch), ...someAnswer(batch, players), ...others(batch, players)],
    slow: callOf(batch, '/retry'),
    fast: [answerOf(batch, draw.oneIn(4) ? { status: 'failed' } : {})],
  };
}

/** Whom the retry is to give up or to ask again is one of another batch by then. */
function retryByBatch(batch: Batch, players: number): Race {
  const one = { ...batch, two: false };
  const is_commit = !batch.draw.oneIn(3);
  return {
    before: [plainStart(one), seedOf(one, players - 1, 1)],
    // Its first commit gives somebody up.
    ...(is_commit ? { held: atCommit(one, 3) } : {}),
    slow: callOf(batch, '/retry', is_commit ? { instance: 2 } : {}),
    fast: [answerOf(one), seedOf(one, players), callOf(one, '/start', { force: true })],
    // Whoever was to be given up is the last to answer.
    after: [
      answerOf(one, { players: Array.from({ length: players - 1 }, (_, index) => index + 1) }),
      callOf(one, '/status'),
    ],
  };
}

/** A trigger that has found no batch finds one that is over, when it is about to begin its own. */
function triggerByBatch(batch: Batch): Race {
  const one = { ...batch, two: false };
  const parcel = { n: batch.nextN(), name: FEATURE_STORE, ...batch.place, instance: 2 as const };
  return {
    before: [],
    held: atCommit(one, 2),
    slow: { do: 'deliver', parcels: [parcel] },
    fast: [callOf(one, '/start'), answerOf(one)],
    after: [callOf(one, '/status')],
  };
}

/** A retry is about to begin its round when the last answers come, and their end is out and not yet on record. */
function retryByEnd(batch: Batch, players: number): Race {
  const one = { ...batch, two: false };
  return {
    before: [plainStart(one), ...someAnswer(one, players)],
    held: atCommit(one, 2),
    slow: callOf(batch, '/retry', { instance: 2 }),
    fast: [...unconfirmed(one, 1, ENDS), answerOf(one, { late: true })],
    after: [callOf(one, '/status')],
  };
}

/** Everybody answers before the start knows that all are asked, and the announcement is refused: whoever asks again makes up for it. */
function endUnannounced(batch: Batch): Race {
  const { draw, place, nextN } = batch;
  const trigger: DrawnStep = { do: 'deliver', parcels: [{ n: nextN(), name: FEATURE_STORE, ...place }] };
  const refused: DrawnStep = {
    do: 'refuse',
    on: 'publish',
    topic: ENDS,
    ...(place.day === undefined ? {} : { day: place.day }),
    ...(draw.oneIn(3) ? { times: 2 } : {}),
  };
  return {
    before: [],
    held: unconfirmed(batch, 2),
    slow: trigger,
    fast: [refused, answerOf(batch)],
    after: [draw.oneIn(2) ? callOf(batch, '/start') : callOf(batch, '/status')],
  };
}

/** The last answers are counted, and before the end is announced a retry begins another round. */
function answersByRetry(batch: Batch, players: number): Race {
  return {
    before: [plainStart(batch), ...someAnswer(batch, players), ...others(batch, players)],
    slow: answerOf(batch),
    fast: [callOf(batch, '/retry')],
  };
}

function answersByAnswers(batch: Batch, players: number): Race {
  const half = 1 + batch.draw.below(players);
  return {
    before: [plainStart(batch)],
    slow: answerOf(batch, { but: players - half }),
    fast: [answerOf(batch, { status: 'failed' })],
  };
}

function startByStart(batch: Batch): Race {
  return { before: [], slow: plainStart(batch), fast: [plainStart(batch)] };
}

function forceByOthers(batch: Batch): Race {
  const force = (): DrawnStep => callOf(batch, '/start', { force: true });
  return {
    before: [plainStart(batch), answerOf(batch)],
    slow: force(),
    fast: [batch.draw.pick([force, () => callOf(batch, '/retry'), () => plainStart(batch)])()],
  };
}

/** Somebody asks for a retry, and somebody may answer, while an instance publishes requests: of a start, of a retry or of a start by force. */
function publishByRetry(batch: Batch, players: number): Race {
  const { draw } = batch;
  const fast = [callOf(batch, '/retry'), ...(draw.oneIn(2) ? [answerOf(batch, { but: 1 })] : [])];
  const begun = draw.pick<() => Pick<Race, 'before' | 'slow'>>([
    () => ({ before: [], slow: plainStart(batch) }),
    () => ({ before: [plainStart(batch), ...someAnswer(batch, players)], slow: callOf(batch, '/retry') }),
    () => ({ before: [plainStart(batch), answerOf(batch)], slow: callOf(batch, '/start', { force: true }) }),
  ])();
  return { ...begun, held: unconfirmed(batch, fast.length), fast };
}

/** Requests are out, and whoever is asked answers before the coordinator knows that they are. */
function confirmationByAnswers(batch: Batch, players: number): Race {
  const { draw } = batch;
  const is_again = draw.oneIn(3);
  return {
    before: is_again ? [plainStart(batch), ...someAnswer(batch, players)] : [],
    held: unconfirmed(batch, 1),
    slow: is_again ? callOf(batch, '/retry') : plainStart(batch),
    fast: [answerOf(batch, draw.oneIn(4) ? { but: 1 } : {})],
    // A retry would ask again for what was forgotten.
    after: [callOf(batch, '/status')],
  };
}

/** The first commit of what comes next is held back; an instance may let its own calls wait for each other, so others overtake it at another one. */
function atCommit({ place }: Batch, held_steps: number): readonly DrawnStep[] {
  return [
    {
      do: 'refuse',
      on: 'commit',
      ...(place.day === undefined ? {} : { day: place.day }),
      is_held: true,
      held_steps,
    },
  ];
}

/** A publish is done, and its confirmation is held back. */
function unconfirmed({ place }: Batch, held_steps: number, topic: string = REQUESTS): readonly DrawnStep[] {
  return [
    {
      do: 'refuse',
      on: 'publish',
      topic,
      ...(place.day === undefined ? {} : { day: place.day }),
      is_done: true,
      is_held: true,
      held_steps,
    },
  ];
}

function someAnswer(batch: Batch, players: number): readonly DrawnStep[] {
  const { draw } = batch;
  return draw.pick<() => readonly DrawnStep[]>([
    () => [],
    () => [answerOf(batch, { but: 1 + draw.below(players) })],
    () => [answerOf(batch, { status: 'failed', players: [1] })],
  ])();
}

/** Somebody is ready no longer, or is ready only now. */
function others(batch: Batch, players: number): readonly DrawnStep[] {
  return batch.draw.pick<() => readonly DrawnStep[]>([
    () => [],
    () => [seedOf(batch, players - 1, 1)],
    () => [seedOf(batch, players - 1, 1)],
    () => [seedOf(batch, players + 1)],
  ])();
}

function heldBack({ draw, place }: Batch, held_steps: number): readonly [Step<'refuse'>] {
  const [on, calls] = drawCalls(draw);
  const after = draw.below(calls);
  return [
    {
      do: 'refuse',
      on,
      ...(place.day === undefined ? {} : { day: place.day }),
      ...(after === 0 ? {} : { after }),
      ...(on !== 'read' && draw.oneIn(3) ? { is_done: true as const } : {}),
      is_held: true,
      held_steps,
    },
  ];
}

/** Which calls, and how many of them a coordinator may make for one request; what a commit wrote is read again when it conflicts. */
function drawCalls(draw: Draw): readonly [on: Step<'refuse'>['on'], calls: number] {
  return draw.weigh<readonly [Step<'refuse'>['on'], number]>([
    [4, ['read', 8]],
    [5, ['commit', 2]],
    [1, ['publish', 2]],
  ]);
}
