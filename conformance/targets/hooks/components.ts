import type { ComponentName } from '../../contract/names.ts';
import type { HookName, Target } from '../description.ts';

/** Which needs of a check can make the judge call a hook; `restart` calls only what it restarts. */
const NEEDS: Readonly<Record<HookName, readonly string[]>> = {
  advance_clock: ['clock', 'restart', 'interleavings'],
  seed_feature_store: ['seeds'],
  seed_predictions: ['seeds'],
  restart: [],
};

/** List the components that hooks call, so that they run also where no case is about them. */
export function hookComponents({ hooks }: Target, needs: ReadonlySet<string>): readonly ComponentName[] {
  return Object.entries(hooks).flatMap(([name, { request }]) => {
    const may_be_called = NEEDS[name as HookName].some((need) => needs.has(need));
    const component = request?.component ?? null;
    return may_be_called && component !== null ? [component] : [];
  });
}
