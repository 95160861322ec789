import { FEATURE_STORE } from '../../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../../generated/topology.ts';
import type { DrawnStep } from '../../../value/history.ts';
import { drawHold } from '../../mixing.ts';
import { answerOf, type Batch, callOf, plainStart, type Step, type Story, seedOf } from '../parts.ts';

const { phase5PredictionRequest: REQUESTS, phase5PredictionsComplete: ENDS } = TOPIC;

/** A publish is held back until the claim has run out, and others have gone on; it is done when all is over. */
export function takenOver(batch: Batch): Story {
  const { draw, place, nextN } = batch;
  const parcel = { n: nextN(), name: FEATURE_STORE, ...place };
  const start: DrawnStep = draw.oneIn(2) ? { do: 'deliver', parcels: [parcel] } : callOf(batch, '/start');
  const onward: DrawnStep = draw.pick([
    { do: 'deliver', parcels: [{ n: nextN(), name: FEATURE_STORE, ...place }] },
    callOf(batch, '/retry'),
  ]);
  const held = drawHold(draw, [draw.pick([REQUESTS, ENDS])], ['publish']);
  const is_late = draw.oneIn(2);
  const steps = [
    seedOf(batch, 1 + draw.below(3)),
    ...(is_late ? [] : held),
    start,
    ...(is_late ? held : []),
    ...(is_late ? [answerOf(batch)] : []),
    onward,
    answerOf(batch),
    ...(draw.oneIn(2) ? [callOf(batch, '/start')] : []),
  ];
  return { steps };
}

/** What an instance does that goes on after its claim has run out, and how the batch stood before. */
interface Sleeper {
  readonly before: readonly DrawnStep[];
  readonly slow: DrawnStep;
  /** Which of its calls may last so long. */
  readonly calls: readonly Call[];
}
type Call = readonly [on: Step<'refuse'>['on'], calls: number, topic?: string];

/**
 * An instance sleeps in the middle of a call until its claim has run out. Others end what it had begun, and begin something new. Then it
 * goes on, and what is new must live as if it had not.
 *
 * @param nth  counts such stories of a run, so that each call in which one may sleep is among them
 */
export function woken(batch: Batch, nth: number): Story {
  const { before, call, slow, meanwhile, resumed } = fallAsleep(batch, SLEEPERS[nth % SLEEPERS.length]);
  const asleep = sleep(batch, call, meanwhile.length);
  return { steps: [...before, asleep, slow, ...meanwhile, ...afterwards(batch, resumed)] };
}

/** In which call one sleeps, and what others begin meanwhile; without it what is drawn. */
type Sleeping = readonly [
  fallsAsleep: (batch: Batch, players: number) => Sleeper,
  meanwhile?: (batch: Batch, players: number) => readonly DrawnStep[],
];

const SLEEPERS: readonly Sleeping[] = [
  [sleepsAtEnd, anotherBatch],
  [sleepsAtStart, interruptedBatch],
  [sleepsInRetry],
  [sleepsAtEnd],
  [sleepsInForce],
  [sleepsAtStart],
];

function fallAsleep(
  batch: Batch,
  [fallsAsleep, begin = something]: Sleeping = [sleepsAtEnd],
): Omit<Sleeper, 'calls'> & {
  readonly call: Call;
  readonly meanwhile: readonly DrawnStep[];
  readonly resumed: readonly DrawnStep[];
} {
  const { draw } = batch;
  const players = 1 + draw.below(3);
  const { calls, ...sleeper } = fallsAsleep(batch, players);
  // A retry waits for a claim also where nobody is left to be asked.
  const path = begin === something ? draw.pick(['/retry', '/retry', '/retry', '/start'] as const) : '/retry';
  return {
    ...sleeper,
    before: [seedOf(batch, players), ...sleeper.before],
    // A publish: what it records when it is confirmed may be about what is new.
    call: draw.pick(begin === something ? calls : calls.slice(0, 1)),
    meanwhile: [recovery(batch, path), ...begin(batch, players)],
    // A start asks only those whose requests are not out.
    resumed: begin === interruptedBatch ? [recovery(batch, '/start')] : [],
  };
}

/** What is new goes on to its end, and may be followed by something else. */
function afterwards(batch: Batch, resumed: readonly DrawnStep[]): readonly DrawnStep[] {
  return [
    ...resumed,
    answerOf(batch),
    callOf(batch, '/retry'),
    callOf(batch, '/status'),
    ...(batch.draw.oneIn(2) ? [answerOf(batch), callOf(batch, '/start')] : []),
    callOf(batch, '/start', { force: true }),
    answerOf(batch),
    callOf(batch, '/status'),
  ];
}

function sleepsAtStart(batch: Batch, players: number): Sleeper {
  return { before: [], slow: plainStart(batch), calls: callsOf(REQUESTS, players) };
}

function sleepsInRetry(batch: Batch, players: number): Sleeper {
  const { draw } = batch;
  const answered = draw.pick<() => readonly DrawnStep[]>([
    () => [],
    () => [answerOf(batch, { status: 'failed' })],
    () => [answerOf(batch, { but: 1 })],
    () => [seedOf(batch, players - 1, 1)],
  ])();
  return {
    before: [plainStart(batch), ...answered],
    slow: callOf(batch, '/retry'),
    calls: [['read', 6], ...callsOf(REQUESTS, players)],
  };
}

function sleepsInForce(batch: Batch, players: number): Sleeper {
  return {
    before: [plainStart(batch), answerOf(batch)],
    slow: callOf(batch, '/start', { force: true }),
    calls: callsOf(REQUESTS, players),
  };
}

/** The last answer is counted, and its end is being announced. */
function sleepsAtEnd(batch: Batch): Sleeper {
  // An instance may let those who look for an end wait for each other.
  const slow: DrawnStep = { ...answerOf(batch, { late: true }), instance: 2 };
  return { before: [plainStart(batch)], slow, calls: callsOf(ENDS, 1) };
}

function callsOf(topic: string, publishes: number): readonly Call[] {
  return [
    ['publish', publishes, topic],
    ['publish', publishes, topic],
    ['commit', 2 + 2 * publishes],
  ];
}

function sleep({ draw, place }: Batch, [on, calls, topic]: Call, steps: number): DrawnStep {
  const after = draw.below(calls);
  return {
    do: 'refuse',
    on,
    ...(place.day === undefined ? {} : { day: place.day }),
    ...(after === 0 ? {} : { after }),
    ...(topic === undefined ? {} : { topic }),
    is_held: true,
    held_steps: steps,
  };
}

function recovery({ place }: Batch, path: '/start' | '/retry'): DrawnStep {
  return { do: 'recover', ...place, path };
}

function anotherBatch(batch: Batch): readonly DrawnStep[] {
  return [answerOf(batch), callOf(batch, '/start', { force: true })];
}

/** Requests of another batch are refused, so that some of its players are still to be asked when the sleeper wakes. */
function interruptedBatch(batch: Batch, players: number): readonly DrawnStep[] {
  const { place } = batch;
  const refused: DrawnStep = {
    do: 'refuse',
    on: 'publish',
    topic: REQUESTS,
    ...(place.day === undefined ? {} : { day: place.day }),
    times: 2 * players,
  };
  return [answerOf(batch), refused, callOf(batch, '/start', { force: true })];
}

function something(batch: Batch): readonly DrawnStep[] {
  const force = (): DrawnStep => callOf(batch, '/start', { force: true });
  return batch.draw.weigh<() => readonly DrawnStep[]>([
    [1, () => []],
    [2, () => [answerOf(batch)]],
    [4, () => [answerOf(batch), force()]],
    [1, () => [answerOf(batch, { status: 'failed' }), callOf(batch, '/retry')]],
  ])();
}
