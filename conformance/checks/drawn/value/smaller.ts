import type { DrawnHistory, DrawnParcel, DrawnStep } from './history.ts';

/** Keys without which a step or a parcel is none. */
const NEEDED = [
  'do',
  'n',
  'name',
  'on',
  'parcels',
  'path',
  'ready',
  'asks',
  'player',
  'level',
  'tables',
  'what',
  'method',
];

/**
 * List histories that are smaller than one, the smallest first: with half of the steps, on plainer dates and runs, without one step, without
 * one message, without one value, with a plainer value.
 */
export function smallerHistories(history: DrawnHistory): readonly DrawnHistory[] {
  const { steps } = history;
  const made = [
    ...halves(steps),
    ...onPlainerPlaces(steps),
    ...leaveOneOut(steps),
    ...steps.flatMap((step, index) => smallerSteps(step).map((smaller) => steps.with(index, smaller))),
  ].map((fewer): DrawnHistory => ({ ...history, steps: fewer }));
  const plain: readonly DrawnHistory[] = history.days === 'plain' ? [] : [{ ...history, days: 'plain' }];
  const size = sizeOf(history);
  return [...plain, ...made].filter((smaller) => smaller.steps.length > 0 && sizeOf(smaller) < size);
}

/** Measure a history: what has fewer steps, fewer messages and fewer values is smaller. */
export function sizeOf({ days, steps }: DrawnHistory): number {
  return JSON.stringify(steps).length + (days === 'plain' ? 0 : 1);
}

function halves<Element>(all: readonly Element[]): readonly (readonly Element[])[] {
  if (all.length < 4) return [];
  const parts = all.length >= 8 ? 4 : 2;
  const length = Math.ceil(all.length / parts);
  return Array.from({ length: parts }, (_, part) =>
    all.filter((_element, index) => Math.floor(index / length) !== part),
  );
}

function leaveOneOut<Element>(all: readonly Element[]): readonly (readonly Element[])[] {
  return all.map((_, left_out) => all.filter((_element, index) => index !== left_out)).reverse();
}

/** What several steps say of one date or run they leave out together: left out of one of them, it would be about another place. */
function onPlainerPlaces(steps: readonly DrawnStep[]): readonly (readonly DrawnStep[])[] {
  return (['run', 'day'] as const).flatMap((key) => {
    const values = new Set(
      steps.flatMap((step) => [step, ...within(step)].flatMap((one) => saidOf(one, key))),
    );
    return [...values].map((value) => steps.map((step) => without(step, key, value)));
  });
}

function within(step: DrawnStep): readonly object[] {
  if (step.do === 'ask') return step.asks;
  return step.do === 'deliver' ? step.parcels : [];
}

function saidOf(value: object, key: 'run' | 'day'): readonly unknown[] {
  return key in value ? [value[key as keyof typeof value]] : [];
}

function without(step: DrawnStep, key: 'run' | 'day', value: unknown): DrawnStep {
  const plain = <Part extends object>(part: Part): Part => {
    if (saidOf(part, key)[0] !== value) return part;
    return Object.fromEntries(Object.entries(part).filter(([name]) => name !== key)) as Part;
  };
  if (step.do === 'ask') return { ...step, asks: step.asks.map(plain) };
  return step.do === 'deliver' ? { ...step, parcels: step.parcels.map(plain) } : plain(step);
}

function smallerSteps(step: DrawnStep): readonly DrawnStep[] {
  if (step.do === 'ask') {
    const fewer = step.asks.length > 1 ? leaveOneOut(step.asks) : [];
    const plainer = step.asks.flatMap((ask, index) =>
      withoutOneValue(ask).map((one) => step.asks.with(index, one)),
    );
    return [...fewer, ...plainer].map((asks): DrawnStep => ({ ...step, asks }));
  }
  if (step.do !== 'deliver') return withoutOneValue(step);
  const { parcels } = step;
  const fewer = parcels.length > 1 ? leaveOneOut(parcels) : [];
  const plainer = parcels.flatMap((parcel, index) =>
    withoutOneValue(parcel).map((smaller: DrawnParcel) => parcels.with(index, smaller)),
  );
  return [...fewer, ...plainer].map((made): DrawnStep => ({ ...step, parcels: made }));
}

function withoutOneValue<Value extends object>(value: Value): readonly Value[] {
  return Object.entries(value).flatMap(([left_out, old]) => {
    if (NEEDED.includes(left_out)) return [];
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => key !== left_out)) as Value;
    const nearer = typeof old === 'number' && Math.abs(old) > 2 ? Math.trunc(old / 2) : undefined;
    return [rest, ...(nearer === undefined ? [] : [{ ...value, [left_out]: nearer }])];
  });
}
