import type { Check } from '../../../../conformance/checks/check.ts';
import type { Scene } from '../../../../conformance/harness/scene/scene.ts';
import type { History } from '../../../../conformance/history/events.ts';
import { findRequirement, type Requirement } from '../../../../conformance/requirements/catalogue.ts';
import { readTarget } from '../../../../conformance/targets/load.ts';
import { attach } from '../../../../conformance/targets/starting/attach.ts';
import { type Case, planCases, type TriedCase } from '../../../../conformance/verdict/running/cases.ts';
import { decideVerdicts } from '../../../../conformance/verdict/verdict.ts';
import { story } from '../../checks/story.ts';

/** Finds a requirement of the contract. */
export function requirement(id: string): Requirement {
  const found = findRequirement(id);
  if (found === undefined) throw new Error(`${id} is no requirement`);
  return found;
}

/** A check of FANIN-001 (MUST) and FANIN-011 (SHOULD) with three rounds; a marker in the history breaks either. */
export const CHECK: Check = {
  name: 'invented',
  requirements: ['FANIN-001', 'FANIN-011'],
  profile: 'fan-in',
  components: ['phase3-to-phase4-orchestrator'],
  needs: [],
  rounds: 3,
  run: () => Promise.resolve(),
  judge: (history) =>
    history.flatMap((event) =>
      event.kind === 'marker' && event.name.startsWith('FANIN')
        ? [
            {
              requirement: event.name as 'FANIN-001',
              anomaly: 'lost trigger' as const,
              proof: `It broke at #${event.sequence}.`,
              events: [event.sequence],
            },
          ]
        : [],
    ),
};

/** Its three cases. */
export const CASES = planCases([CHECK], [CHECK]);

/** A history that breaks these requirements, with so many steps besides. */
export function historyWith(broken: readonly string[], length: number, publishes = true): History {
  const told = story();
  if (publishes) told.publish('nba-phase4-trigger', {});
  for (let count = 0; count < length; count++) told.mark('step', 'something happened');
  for (const id of broken) told.mark(id, 'a promise breaks');
  return told.history();
}

/** What was tried: per case the requirements that it breaks, and how much else happened in it. */
export function triedCases(
  ...broken: readonly (readonly [readonly string[], number?])[]
): readonly TriedCase[] {
  return broken.map(([ids, length = 1], index) => ({
    case: CASES[index] as Case,
    scene: { history: () => historyWith(ids, length) } as unknown as Scene,
    duration_ms: 1,
  }));
}

/** A target that knows these failures. */
export function targetWith(...known: readonly string[]) {
  const entries = known.map((id) => `  - { requirement: ${id}, reason: "until the next release" }`);
  const differences = known.length === 0 ? '' : `known_differences:\n${entries.join('\n')}\n`;
  return readTarget(
    'mine.yaml',
    `name: mine\nprofiles: [message, fan-in]\ncomponents:\n  phase3-to-phase4-orchestrator: { command: [python3, app.py] }\n${differences}`,
  );
}

/** Judges cases for FANIN-001 and FANIN-011. */
export function judged(
  runs: readonly TriedCase[],
  known: readonly string[],
  extent: { planned?: readonly Case[]; cut_short?: string } = {},
) {
  const requirements = [requirement('FANIN-001'), requirement('FANIN-011')];
  return decideVerdicts(requirements, runs, targetWith(...known), 'embedded', {
    planned: extent.planned ?? CASES,
    possible: CASES,
    cut_short: extent.cut_short ?? null,
    left_out: 'left out by --quick',
  });
}

/** The same orchestrator, started by hand. */
export const attached = () => attach(targetWith(), { 'phase3-to-phase4-orchestrator': 'http://127.0.0.1:1' });

/** Three cases that break nothing. */
export const KEPT = triedCases([[]], [[]], [[]]);
/** Three cases, of which one breaks a MUST. */
export const MUST_BROKEN = triedCases([[]], [['FANIN-001']], [[]]);
/** Three cases, of which one breaks a SHOULD. */
export const SHOULD_BROKEN = triedCases([[]], [['FANIN-011']], [[]]);
