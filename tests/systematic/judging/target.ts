import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { COMPONENT_NAMES, type ComponentName } from '../../../conformance/contract/names.ts';
import type { ComponentDescription, Target } from '../../../conformance/targets/description.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { obstacleOf } from '../../../conformance/verdict/applicability.ts';
import { type Case, planCases } from '../../../conformance/verdict/running/cases.ts';
import { ROOT } from '../drawing/files.ts';
import type { Instrumented } from '../drawing/instrument.ts';
import type { Subject } from '../drawing/subject.ts';

const PROBE = fileURLToPath(new URL('probe.mjs', import.meta.url));

/** A subject as its file describes it, from the programs that hold every mutant, with some variables more. */
export function targetOf(
  { subject, root }: Pick<Instrumented, 'subject' | 'root'>,
  name: string,
  variables: Readonly<Record<string, string>>,
): Target {
  const target = loadTarget(subject.file);
  const own = ownComponents(target);
  const components = Object.entries(target.components).map(
    ([component, described]): [string, ComponentDescription] => {
      if (!own.some((one) => one === component)) return [component, described];
      const [node = '', ...words] = described.command ?? [];
      return [
        component,
        {
          ...described,
          command: [node, '--import', PROBE, ...words],
          environment: { ...described.environment, ...variables, SYSTEMATIC_COMPONENT: component },
        },
      ];
    },
  );
  const directory = path.join(root, path.relative(ROOT, target.directory));
  return { ...target, name, directory, together: null, components: Object.fromEntries(components) };
}

/** The variable by which a process knows which mutant it is to be. */
export const ACTIVE_MUTANT = '__STRYKER_ACTIVE_MUTANT__';

/** Those whose program Node runs from the target's own folder; others are there to make it whole. */
function ownComponents({ components }: Target): readonly ComponentName[] {
  return COMPONENT_NAMES.filter((name) => {
    const [program, file] = components[name]?.command ?? [];
    return program === 'node' && file?.startsWith('..') === false;
  });
}

/** List the cases that try a component of a subject's own. */
export function casesOf({ file }: Pick<Subject, 'file'>): readonly Case[] {
  const target = loadTarget(file);
  const own = ownComponents(target);
  const isTried = (check: Case['check']): boolean =>
    check.components.some((name) => own.includes(name)) &&
    obstacleOf(check, target, 'embedded') === undefined;
  return planCases(CHECKS, CHECKS.filter(isTried));
}
