import {
  findLive,
  KINDS,
  type LiveProject,
  type LiveResource,
  type Resource,
  type Setting,
} from '../topology/resource.ts';

/** One setting that is not as the contract wants it. */
export interface Difference {
  readonly setting: string;
  readonly is: Setting;
  readonly wanted: Setting;
}

/** What is to happen to one resource. */
export interface Step {
  /** `blocked`: the difference is one that Google Cloud does not let anybody change. */
  readonly action: 'create' | 'change' | 'leave' | 'blocked' | 'destroy';
  readonly resource: Resource;
  /** Empty for `create` and `leave`. */
  readonly differences: readonly Difference[];
  /** What a person should know although nothing is done about it; null for nothing. */
  readonly note: string | null;
  /** What is there now, when there is something. */
  readonly there?: LiveResource;
}

/** Settings that are chosen when a thing is made and never again. */
const FIXED: Readonly<Partial<Record<Resource['kind'], readonly string[]>>> = {
  subscription: ['topic'],
  database: ['location', 'type'],
  dataset: ['location'],
};

/** A table keeps the columns and the partitions that it has; a column that is missing can be added. */
function isFixed({ kind }: Resource, { setting, is }: Difference): boolean {
  if (kind === 'table') return setting === 'partitioned_by' || (setting.startsWith('column ') && is !== null);
  return FIXED[kind]?.includes(setting) === true;
}

/**
 * Compare what is wanted with what is there, and say what has to happen, in the order in which it has to.
 *
 * A scheduler job that somebody paused stays paused, and traffic that somebody sent to an older revision stays there unless
 * new code is deployed: both were done on purpose, and the note says how to undo them.
 *
 * @param paused  names of scheduler jobs that are made paused: the fall-back.
 */
export function plan(
  wanted: readonly Resource[],
  live: LiveProject,
  paused: readonly string[],
): readonly Step[] {
  const stages = [...new Set(wanted.map(({ stage }) => stage))];
  return [...wanted]
    .sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage) || rankOf(a) - rankOf(b))
    .map((resource) => planOne(resource, findLive(live, resource.kind, resource.name), paused));
}

/** Orders what a stage makes: by kind, but what is granted on a subscription comes after the subscription. */
function rankOf({ kind, settings }: Resource): number {
  return kind === 'grant' && settings['on_kind'] === 'subscription' ? KINDS.length : KINDS.indexOf(kind);
}

function planOne(resource: Resource, there: LiveResource | undefined, paused: readonly string[]): Step {
  if (there === undefined) return { action: 'create', resource, differences: [], note: null };
  const differences = differencesOf(resource, there);
  const note = noteOf(resource, there, paused);
  if (differences.length === 0) return { action: 'leave', resource, differences, note, there };
  const action = differences.some((one) => isFixed(resource, one)) ? 'blocked' : 'change';
  return { action, resource, differences, note, there };
}

/** List the settings of a live resource that are not as wanted; settings that the contract does not name are free. */
export function differencesOf(resource: Resource, there: LiveResource): readonly Difference[] {
  return Object.entries(resource.settings)
    .map(([setting, wanted]) => ({ setting, is: there.settings[setting] ?? null, wanted }))
    .filter(({ is, wanted }) => is !== wanted && !(is === null && isLeftOut(resource, wanted)));
}

/** Tells whether a service leaves a value out when it prints a whole definition. */
function isLeftOut({ definition }: Resource, wanted: Setting): boolean {
  return definition !== undefined && LEFT_OUT.includes(wanted);
}

/** The zeros of numbers, lists, flags and texts, and the first value of the enumeration of a label's types. */
const LEFT_OUT: readonly Setting[] = ['0', 'false', '', 'STRING'];

function noteOf({ kind, name }: Resource, { state }: LiveResource, paused: readonly string[]): string | null {
  if (kind === 'scheduler job' && paused.includes(name)) {
    return state === 'ENABLED' ? 'the fall-back is on; `fallback off` ends it' : null;
  }
  if (kind === 'scheduler job' && state === 'PAUSED')
    return `it is paused; \`resume ${name}\` lets it run again`;
  if ((kind === 'service' || kind === 'function') && state !== undefined && state !== 'latest') {
    return `its traffic goes to revision ${state}, not to the newest; \`rollback ${name} latest\` undoes that`;
  }
  return null;
}

/** List the steps that change something. */
export function changesOf(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ action }) => action === 'create' || action === 'change');
}
