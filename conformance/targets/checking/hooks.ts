import type { HookName } from '../description.ts';
import type { FileProblem, HookFile, TargetFile } from '../file.ts';
import { findPlaceholders, HOOK_PLACEHOLDERS } from '../placeholders.ts';

/** Find a hook that calls a component which the file does not have, or uses a placeholder that it is not given. */
export function hookProblem({ components, hooks = {} }: TargetFile): FileProblem | undefined {
  for (const [name, hook] of Object.entries(hooks) as [HookName, HookFile][]) {
    const component = hook.request?.component ?? undefined;
    if (component !== undefined && !(component in components)) {
      const sentence = `expected one of this file's components (${Object.keys(components).join(', ')}), got "${component}"; name one of them, or give a url`;
      return { steps: ['hooks', name, 'request', 'component'], sentence };
    }
    const { command, request } = hook;
    const known: readonly string[] = HOOK_PLACEHOLDERS[name];
    const stranger = findPlaceholders({ command, request }).find((found) => !known.includes(found.name));
    if (stranger === undefined) continue;
    const steps = ['hooks', name, ...stranger.steps];
    return { steps, sentence: `expected ${inBraces(known)}, got {${stranger.name}}; correct it` };
  }
  return undefined;
}

/** List placeholders as they are written. */
export function inBraces(names: readonly string[]): string {
  return names.map((name) => `{${name}}`).join(', ');
}
