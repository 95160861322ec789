import type { CHECKS } from '../../../conformance/checks/all.ts';
import { COMPONENT_NAMES, type ComponentName } from '../../../conformance/contract/names.ts';
import type { Coverage } from './coverage.ts';

/** A case, as far as its place in the order asks. */
export interface OrderedCase {
  readonly name: string;
  readonly check: Pick<(typeof CHECKS)[number], 'name' | 'components' | 'draws'>;
}

/** Cases that run in one start of the components, by name, in the order in which they are to begin. */
export type Stage = readonly string[];

/** How often each check was the one that caught a mutant, and how long its cases then took in all. */
export type Catches = ReadonlyMap<string, { readonly count: number; readonly total_ms: number }>;

/** Where the code of a mutant runs. */
export interface Reach {
  readonly components: readonly ComponentName[];
  /** Whether a component runs it while it starts, so that it may be a table of which each component reads another part. */
  readonly at_start: boolean;
  readonly cases: readonly OrderedCase[];
}

/** Of code that more components than this run alike, those are judged whose cases promise most. */
const SHARED_MAX = 3;

/** Whether a case runs all components: what one of them leaves out for another shows in these alone. */
const isWhole = ({ components }: OrderedCase['check']): boolean =>
  components.length === COMPONENT_NAMES.length;

/** What a start of one more component costs, measured against a case. */
const START_MS = 300;

/**
 * Say where the code of each mutant runs. Code that runs while a component starts may make tables that every case reads, so
 * all cases of the component reach it. A case that was never tried alone may reach anything.
 */
export function createReach(coverage: Coverage, cases: readonly OrderedCase[]): (id: string) => Reach {
  const at_start = byMutant(coverage.at_start);
  const in_case = new Map(cases.map(({ name }) => [name, byMutant(coverage.cases[name]?.reached ?? {})]));
  return (id) => {
    const starting = at_start.get(id) ?? [];
    const components = new Set(starting);
    const reaching = cases.filter(({ name, check }) => {
      const by = in_case.get(name)?.get(id) ?? [];
      for (const component of by) components.add(component);
      const is_new = coverage.cases[name] === undefined;
      return is_new || by.length > 0 || check.components.some((component) => starting.includes(component));
    });
    return {
      components: [...components].sort(),
      at_start: starting.length > 0,
      cases: components.size === 0 ? [] : reaching,
    };
  };
}

/** Which components reach each mutant. */
function byMutant(reached: Coverage['at_start']): ReadonlyMap<string, readonly ComponentName[]> {
  const who = new Map<string, ComponentName[]>();
  for (const [component, ids] of Object.entries(reached)) {
    for (const id of ids) who.set(id, [...(who.get(id) ?? []), component as ComponentName]);
  }
  return who;
}

/**
 * Put the cases that reach a mutant into stages: first those of the one component whose cases promise most, then the rest.
 * Within a stage a case that caught many and is over soon comes first. Of shared code that runs alike everywhere a part of
 * the components is judged, so that it may survive although another component's case would have shown it.
 */
export function stagesOf(
  { cases, at_start }: Pick<Reach, 'cases' | 'at_start'>,
  coverage: Coverage,
  catches: Catches,
): readonly Stage[] {
  const promise = ({ name, check }: OrderedCase): number => {
    const { count, total_ms } = catches.get(check.name) ?? { count: 0, total_ms: 0 };
    // A case that shows something wrong often lasts longer: it waits for what does not come.
    const each_ms = count === 0 ? (coverage.cases[name]?.duration_ms ?? 1000) : total_ms / count;
    return (1 + count) / (START_MS + each_ms);
  };
  const sums = new Map<ComponentName, number>();
  for (const one of cases) {
    const [only, ...others] = one.check.components;
    if (only !== undefined && others.length === 0) sums.set(only, (sums.get(only) ?? 0) + promise(one));
  }
  const ranked = [...sums].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const is_shared = ranked.length > SHARED_MAX && !at_start;
  const judged = new Set(ranked.slice(0, SHARED_MAX));
  const isJudged = ({ check }: OrderedCase): boolean =>
    !is_shared || isWhole(check) || check.components.every((name) => judged.has(name));
  const isFirst = ({ check }: OrderedCase): boolean => check.components.every((name) => name === ranked[0]);
  const sorted = cases.filter(isJudged).sort((a, b) => promise(b) - promise(a));
  return [sorted.filter(isFirst), sorted.filter((one) => !isFirst(one))]
    .filter((stage) => stage.length > 0)
    .map((stage) => stage.map(({ name }) => name));
}
