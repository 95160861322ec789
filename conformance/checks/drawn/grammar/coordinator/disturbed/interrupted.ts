import { FEATURE_STORE } from '../../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../../generated/topology.ts';
import type { DrawnParcel, DrawnStep } from '../../../value/history.ts';
import { drawOutage } from '../../mixing.ts';
import { answerOf, type Batch, callOf, plainStart, type Step, type Story, seedOf } from '../parts.ts';

const { phase5PredictionRequest: REQUESTS, phase5PredictionsComplete: ENDS } = TOPIC;

/** One publish or some of a batch fail: those of its start, of a retry, of a start by force, or of its end; then others ask. */
export function interrupted(batch: Batch): Story {
  const { draw } = batch;
  const players = 1 + draw.below(4);
  const begun = draw.pick([start, start, retried, forced, unannounced, unannounced])(batch, players);
  const steps = [
    seedOf(batch, players),
    ...begun,
    answerOf(batch),
    ...(draw.oneIn(2) ? [callOf(batch, '/start')] : []),
    callOf(batch, '/status'),
  ];
  return { steps };
}

/** A batch is to start, or its results come, while the store cannot be read. */
export function outage(batch: Batch): Story {
  const { draw, place, nextN } = batch;
  const parcel: DrawnParcel = { n: nextN(), name: FEATURE_STORE, ...place, late: true };
  const refusals = drawOutage(draw, [place.day ?? 0], draw.below(2), ['read']);
  const started = draw.oneIn(2)
    ? [...refusals, { do: 'deliver' as const, parcels: [parcel] }]
    : [plainStart(batch), ...refusals, answerOf(batch, { late: true })];
  return { steps: [seedOf(batch, 1 + draw.below(4)), ...started] };
}

function start(batch: Batch, players: number): readonly DrawnStep[] {
  return [refusal(batch, REQUESTS, players), plainStart(batch), ...onward(batch), recovery(batch)];
}

/** Some have answered, and the others are asked again. */
function retried(batch: Batch, players: number): readonly DrawnStep[] {
  const { draw } = batch;
  return [
    plainStart(batch),
    answerOf(batch, { but: 1 + draw.below(players), ...(draw.oneIn(2) ? { status: 'failed' } : {}) }),
    refusal(batch, REQUESTS, players),
    callOf(batch, '/retry'),
    ...onward(batch),
    recovery(batch),
  ];
}

function forced(batch: Batch, players: number): readonly DrawnStep[] {
  return [
    plainStart(batch),
    answerOf(batch),
    refusal(batch, REQUESTS, players),
    callOf(batch, '/start', { force: true }),
    ...onward(batch),
    recovery(batch),
  ];
}

/** The last answer comes again until it is acked. */
function unannounced(batch: Batch): readonly DrawnStep[] {
  const { draw } = batch;
  return [
    plainStart(batch),
    refusal(batch, ENDS, 1),
    ...(draw.oneIn(3) ? [answerOf(batch, { but: 1 })] : []),
  ];
}

function refusal({ draw, place }: Batch, topic: string, players: number): Step<'refuse'> {
  const after = draw.below(players);
  const times = 1 + draw.below(3);
  return {
    do: 'refuse',
    on: 'publish',
    topic,
    ...(place.day === undefined ? {} : { day: place.day }),
    ...(after === 0 ? {} : { after }),
    ...(times === 1 ? {} : { times }),
    ...(draw.oneIn(6) ? { is_done: true } : {}),
  };
}

function onward(batch: Batch): readonly DrawnStep[] {
  const { draw } = batch;
  return draw.pick<() => readonly DrawnStep[]>([
    () => [],
    () => [callOf(batch, '/start')],
    () => [callOf(batch, '/retry')],
    () => [plainStart(batch)],
    () => [answerOf(batch)],
  ])();
}

function recovery({ draw, place }: Batch): DrawnStep {
  return { do: 'recover', ...place, path: draw.pick(['/start', '/start', '/retry'] as const) };
}
