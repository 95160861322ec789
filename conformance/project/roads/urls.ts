import type { ComponentName } from '../../contract/names.ts';
import type { Target } from '../../targets/description.ts';

/** Find where a component of a deployed target can be called; undefined when it is met through its topics only. */
export function urlIn(target: Target, name: string): string | undefined {
  const component = name as ComponentName;
  return target.project.urls[component] ?? target.components[component]?.url ?? undefined;
}
