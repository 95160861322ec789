import { canonicalProcessorName } from '../../../../generated/registry.ts';
import { ORCHESTRATORS } from '../../../../generated/topology.ts';
import type { DayKind } from '../../../harness/messages/windows.ts';
import { LISTENS, type OrchestratorName } from '../../owed/orchestrators.ts';
import type { DrawnHistory, DrawnParcel, DrawnStep } from '../value/history.ts';
import type { Draw } from './draw.ts';
import { drawLife, drawRuns, type Life } from './lives.ts';
import {
  ALWAYS,
  drawDays,
  drawDeliveries,
  drawHold,
  drawInstance,
  drawOrder,
  drawOutage,
  drawPlaces,
  drawRefusal,
  drawRepeats,
  historyOf,
  type Place,
  placeOf,
  sprinkle,
} from './mixing.ts';
import { drawEveryStrangeName, drawName, drawStrangeName, drawStrangeNames } from './names.ts';
import { sayingMore, withHighRun } from './said.ts';

/** How many messages a history has at most before copies; every set is drawn whole. */
const SETS_MAX = 3;

/** The last of so many, which begins first, is about several dates whose triggers are pending: it lasts as long as a claim. */
const SEVERAL_PENDING_EACH = 40;
/** The last but one of so many is about a store that fails. */
const OUTAGE_EACH = 20;
/** The days after and before the first one of a history. */
const [AFTER, BEFORE] = [1, 2];

/** Of so many histories one is about two runs of one date. */
const ONE_DAY_ONCE_IN = 6;

/** Of so many histories one tells its levels in order. */
const IN_LEVELS_ONCE_IN = 3;
/** One of so many tells a set by names that are nearly right, in every way that there is. */
const STRANGERS_EACH = 20;

/** What every part of one history is drawn with. */
interface Drawing {
  readonly draw: Draw;
  readonly orchestrator: OrchestratorName;
  readonly nextN: () => number;
  /** Whether it knows of two instances. */
  readonly two: boolean;
}

/** Draw what an orchestrator is told about one to three dates and runs. */
export function drawOrchestratorHistory(draw: Draw, orchestrator: OrchestratorName, nth = 0): DrawnHistory {
  let n = 0;
  const drawing: Drawing = { draw, orchestrator, nextN: () => ++n, two: draw.oneIn(2) };
  if (nth % SEVERAL_PENDING_EACH === SEVERAL_PENDING_EACH - 1) {
    return historyOf(draw, severalPending(drawing), drawPendingDays(draw));
  }
  if (nth % STRANGERS_EACH === STRANGERS_EACH / 2) return historyOf(draw, strangersInEveryWay(drawing));
  if (nth % OUTAGE_EACH === OUTAGE_EACH - 2)
    return historyOf(draw, outage(drawing, Math.floor(nth / OUTAGE_EACH)), drawDays(draw, 1));
  const story = draw.weigh<(drawing: Drawing) => readonly DrawnStep[]>([
    [14, anySets],
    [3, pendingTriggers],
    [1, heldCall],
  ]);
  const steps = story(drawing);
  const days = story === pendingTriggers ? drawPendingDays(draw) : drawDays(draw, 1);
  // Histories of today have ten runs each.
  return historyOf(draw, days === 'today' ? steps : withHighRun(draw, steps), days);
}

/** A sweep knows no days: what is pending may be of a day long past, or of today. */
function drawPendingDays(draw: Draw): DayKind {
  return draw.weigh<DayKind>([
    [3, 'plain'],
    [2, 'past'],
    [1, 'today'],
    [1, 'end of year'],
    [1, 'clocks back'],
  ]);
}

/** One processor of a set comes under every name that is nearly its own, before it comes itself. */
function strangersInEveryWay(drawing: Drawing): readonly DrawnStep[] {
  const { draw, orchestrator, nextN } = drawing;
  const set = drawOrder(draw, drawSet(drawing, { day: 0, run: 1 }, true));
  const names = drawEveryStrangeName(draw, LISTENS[orchestrator]);
  const strangers = names.map((name): DrawnParcel => ({ n: nextN(), name }));
  const last = set.slice(-1);
  return [...set.slice(0, -1), ...strangers, ...last].map(
    (one): DrawnStep => ({
      do: 'deliver',
      parcels: [one],
    }),
  );
}

/** Any sets, in any order, with strangers and sweeps between them. */
function anySets(drawing: Drawing): readonly DrawnStep[] {
  const { draw, orchestrator, nextN } = drawing;
  const sequences: (readonly DrawnParcel[])[] = [];
  const places = draw.oneIn(ONE_DAY_ONCE_IN) ? twoRuns(draw) : drawPlaces(draw);
  for (const place of places.slice(0, SETS_MAX)) sequences.push(...drawSet(drawing, place));
  const phase = LISTENS[orchestrator];
  const strangers = draw.weigh<() => readonly string[]>([
    [3, () => []],
    [2, () => [drawStrangeName(draw, phase)]],
    [1, () => drawStrangeNames(draw, phase)],
  ])();
  const anywhere = [...places, ...drawPlaces(draw)];
  sequences.push(...strangers.map((name) => [{ n: nextN(), name, ...placeOf(draw.pick(anywhere)) }]));
  const mixed = drawOrder(draw, sequences);
  const parcels = draw.oneIn(IN_LEVELS_ONCE_IN) ? inLevels(orchestrator, mixed) : mixed;
  const sweeps = draw.weigh([
    [5, 0],
    [2, 1],
    [1, 2],
  ]);
  const steps = sprinkle(draw, drawDeliveries(draw, parcels), [
    ...drawRepeats(draw, parcels),
    ...Array.from({ length: sweeps }, () => sweep(drawing)),
  ]);
  const refusal = drawRefusal(draw, [ORCHESTRATORS[orchestrator].triggers]);
  return [...refusal, ...sayingMore(draw, steps, membersOf(orchestrator))];
}

function twoRuns(draw: Draw): readonly Place[] {
  const day = draw.weigh([
    [3, 0],
    [1, AFTER],
  ]);
  return draw
    .shuffle([1, 2, 3])
    .slice(0, 2)
    .map((run) => ({ day, run }));
}

/** The order in which completions mostly come: those of a later level after those of earlier ones. */
function inLevels(orchestrator: OrchestratorName, parcels: readonly DrawnParcel[]): readonly DrawnParcel[] {
  const members = membersOf(orchestrator);
  const { levels } = ORCHESTRATORS[orchestrator];
  const turnOf = ({ name }: DrawnParcel): number => {
    const processor = canonicalProcessorName(LISTENS[orchestrator], name) ?? '';
    if (!members.includes(processor)) return levels.length;
    return levels.findIndex(({ waits_for }) => waits_for.some((other) => other === processor));
  };
  return [...parcels].sort((a, b) => turnOf(a) - turnOf(b));
}

/** What the levels of an orchestrator wait for. */
function membersOf(orchestrator: OrchestratorName): readonly string[] {
  const { levels } = ORCHESTRATORS[orchestrator];
  return [...new Set(levels.flatMap(({ waits_for }) => waits_for as readonly string[]))];
}

/** Triggers whose publishes are refused, some of the sweeps' too; whoever was nacked comes again only at the end. */
function pendingTriggers(drawing: Drawing): readonly DrawnStep[] {
  const { draw, orchestrator } = drawing;
  const [drawn] = drawPlaces(draw);
  if (drawn === undefined) return [];
  // A sweep of all is a sweep of second runs too.
  const place = draw.oneIn(2) ? drawn : { ...drawn, run: 2 };
  const parcels = drawOrder(draw, drawSet(drawing, place, true)).map((one) => ({
    ...one,
    late: true as const,
  }));
  const times = 1 + draw.below(3);
  const refusal: DrawnStep = {
    do: 'refuse',
    on: 'publish',
    topic: ORCHESTRATORS[orchestrator].triggers,
    ...(place.day === 0 ? {} : { day: place.day }),
    ...(draw.oneIn(3) ? { after: 1 } : {}),
    ...(times === 1 ? {} : { times }),
  };
  const between = draw.oneIn(2) ? [] : drawRepeats(draw, parcels);
  return [
    refusal,
    ...drawDeliveries(draw, parcels),
    sweep(drawing),
    ...between,
    ...(draw.oneIn(2) ? [sweep(drawing)] : []),
  ];
}

/** Triggers of two days are pending; one day's publishes go on being refused, and sweeps send the other's. That of a third is out. */
function severalPending(drawing: Drawing): readonly DrawnStep[] {
  const { draw, orchestrator } = drawing;
  // Mostly the first of them in order of date: who gives up there leaves the others.
  const ordered = [BEFORE, 0, AFTER];
  const days = draw.oneIn(4) ? draw.shuffle(ordered) : ordered;
  const refusals = days.slice(0, 2).map(
    (day, index): DrawnStep => ({
      do: 'refuse',
      on: 'publish',
      topic: ORCHESTRATORS[orchestrator].triggers,
      ...(day === 0 ? {} : { day }),
      ...(index === 0 ? { times: ALWAYS } : {}),
    }),
  );
  // The sets that are to be sent are of a first run and of a second one, where there are two of them.
  const runs = [1 + draw.below(2), ...draw.shuffle([1, 2])];
  const sets = days.flatMap((day, index) => drawSet(drawing, { day, run: runs[index] ?? 1 }, true));
  const parcels = drawOrder(draw, sets).map(({ copies: _copies, new_ids: _new_ids, ...one }) => ({
    ...one,
    late: true as const,
  }));
  const deliveries = parcels.map((parcel): DrawnStep => ({ do: 'deliver', parcels: [parcel] }));
  return [...refusals, ...deliveries, { ...sweep(drawing), until_over: true }];
}

/** Sets of three days whose last messages, or a few more, meet a store that fails. */
function outage(drawing: Drawing, nth: number): readonly DrawnStep[] {
  const { draw } = drawing;
  const days = [0, AFTER, BEFORE];
  const missed = draw.oneIn(2) ? 1 : 2;
  const sets = days.map((day) =>
    drawOrder(draw, drawSet(drawing, { day, run: 1 }, true)).map(
      ({ copies: _copies, new_ids: _new_ids, ...one }) => ({ ...one, late: true as const }),
    ),
  );
  const deliver = (parcels: readonly DrawnParcel[]): DrawnStep => ({ do: 'deliver', parcels });
  return [
    ...sets.flatMap((set) => set.slice(0, -missed).map((one) => deliver([one]))),
    ...drawOutage(draw, days, nth),
    deliver(sets.flatMap((set) => set.slice(-missed))),
    sweep(drawing),
  ];
}

/** A publish or a commit is held back until the claim has run out, and others go on meanwhile. */
function heldCall(drawing: Drawing): readonly DrawnStep[] {
  const { draw, orchestrator } = drawing;
  const [place] = drawPlaces(draw);
  if (place === undefined) return [];
  const parcels = drawOrder(draw, drawSet({ ...drawing, two: true }, place, true));
  const at = draw.below(parcels.length);
  const hold = draw.oneIn(2)
    ? drawHold(draw, [ORCHESTRATORS[orchestrator].triggers], ['publish'])
    : drawHold(draw, [], ['commit', 'commit', 'read']);
  const on_day = hold.map((step) => (place.day === 0 ? step : { ...step, day: place.day }));
  const [before, after] = [parcels.slice(0, at), parcels.slice(at)];
  return [
    ...drawDeliveries(draw, before),
    ...on_day,
    ...drawDeliveries(draw, after),
    ...drawRepeats(draw, parcels),
    ...(draw.oneIn(2) ? [sweep({ ...drawing, two: true })] : []),
  ];
}

function sweep({ draw, two }: Drawing): Extract<DrawnStep, { readonly do: 'sweep' }> {
  return { do: 'sweep', ...drawInstance(draw, two) };
}

function drawSet(
  { draw, orchestrator, nextN, two }: Drawing,
  place: Place,
  is_plain = draw.oneIn(4),
): readonly (readonly DrawnParcel[])[] {
  const phase = LISTENS[orchestrator];
  const members = membersOf(orchestrator);
  const ends = ORCHESTRATORS[orchestrator].levels
    .flatMap(({ runs }) => runs as readonly string[])
    .filter((name) => !members.includes(name));
  // Only what the same phase runs is told to its orchestrator.
  const told = phase === 'phase_4_precompute' && draw.oneIn(2) ? [...members, ...ends] : members;
  const made: (readonly DrawnParcel[])[] = [];
  for (const processor of told) {
    const life: Life = is_plain ? ['success'] : drawLife(draw);
    const nameOf = (): string => drawName(draw, phase, processor);
    made.push(drawRuns(draw, life, placeOf(place), { nextN, nameOf, others: made.flat(), two }));
  }
  return made;
}
