import type { Check } from '../../checks/check.ts';
import type { Target } from '../../targets/description.ts';
import { HELD, ROWS, type Road } from './table.ts';
import { urlIn } from './urls.ts';

/** The road of a check, or why there is none. */
export type Passage = { readonly road: Road } | { readonly obstacle: string };

/** Find by which road a check can be run against a target that is deployed in a project. */
export function passageOf(check: Check, target: Target): Passage {
  const row = ROWS.find(({ names }) => names.test(check.name));
  const shut = shutByNeeds(check) ?? row?.shut ?? (isCarriedOn(check, row?.road) ? HELD : undefined);
  if (shut !== undefined) return { obstacle: shut };
  if (row?.road === undefined) {
    const obstacle = 'it was written for a cloud of the judge, and no road leads it through a project yet';
    return { obstacle };
  }
  const called = row.road === 'direct' ? check.components : (row.calls ?? []);
  const unknown = called.filter((name) => urlIn(target, name) === undefined);
  if (unknown.length > 0) {
    const obstacle = `it calls ${unknown.join(', ')} and reads the answers, and in a project only a URL leads there; give one under project.urls`;
    return { obstacle };
  }
  if (check.components.includes('phase1-scrapers') && !target.project.scrapes_reserved_dates) {
    const obstacle =
      'it scrapes a reserved date, on which no game is played; if the scrapers find games there all the same, say so under project.scrapes_reserved_dates';
    return { obstacle };
  }
  return { road: row.road };
}

/** What nobody has in a project, whatever the target offers. */
function shutByNeeds({ needs, replicas = [] }: Check): string | undefined {
  if (needs.some((need) => need.endsWith('-faults') || need === 'journal' || need === 'interleavings')) {
    return 'it needs control over single calls of the broker or the store, which a project does not give';
  }
  if (needs.includes('restart') || replicas.length > 0) {
    return "it ends or starts instances, and in a project they are the platform's";
  }
  return needs.includes('clock')
    ? "it moves the target's clock, and in a project that would be the clock of real games too"
    : undefined;
}

/** Inputs that the pipeline made are at work before the judge can deliver them, unless a row says otherwise. */
function isCarriedOn({ components }: Check, road: Road | undefined): boolean {
  return road === undefined && components.length > 1 && components.includes('phase1-scrapers');
}
