import path from 'node:path';
import type { ComponentDescription, Target } from '../../../conformance/targets/description.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { type Instrumented, ROOT } from '../drawing/instrument.ts';

/** The reference as its file describes it, from the bundle that holds every mutant, with some variables more. */
export function targetOf(
  { program }: Pick<Instrumented, 'program'>,
  name: string,
  variables: Readonly<Record<string, string>>,
): Target {
  const reference = loadTarget(path.join(ROOT, 'conformance/targets/reference.yaml'));
  const components = Object.entries(reference.components).map(
    ([component, described]): [string, ComponentDescription] => [
      component,
      {
        ...described,
        command: ['node', program, component],
        environment: { ...described.environment, ...variables },
      },
    ],
  );
  return { ...reference, name, together: null, components: Object.fromEntries(components) };
}

/** The variable by which a process knows which mutant it is to be. */
export const ACTIVE_MUTANT = '__STRYKER_ACTIVE_MUTANT__';
