import type { ComponentName } from '../../contract/names.ts';
import type { ComponentDescription, Target } from '../description.ts';

/** How long the judge waits for a program that somebody starts by hand, perhaps in a debugger. */
const PATIENCE_SECONDS = 600;

/** Make a target whose named components run on their own at a URL, whatever its file says about starting them. */
export function attach(target: Target, urls: Readonly<Partial<Record<ComponentName, string>>>): Target {
  const attached = Object.entries(urls).map(([name, url]): [string, ComponentDescription] => {
    const described = target.components[name as ComponentName];
    return [
      name,
      {
        environment: {},
        ready: { stdout: '' },
        delivery: { form: 'push_envelope' },
        ...described,
        command: null,
        url: url.replace(/\/$/, ''),
        wait_seconds: PATIENCE_SECONDS,
      },
    ];
  });
  return {
    ...target,
    components: { ...target.components, ...Object.fromEntries(attached) },
    attached: { ...target.attached, ...urls },
  };
}
