import { CloudUnavailableError } from '../../harness/world/cloud.ts';
import type { Target } from '../../targets/description.ts';
import type { ProjectClients } from '../connection.ts';
import { cleanCommand } from '../guard.ts';
import { runsIn } from './subscriptions.ts';

/** A project that a judge wants for itself: two would delete each other's documents. */
export interface Claim {
  readonly project: string;
  readonly clients: ProjectClients;
  readonly target: Pick<Target, 'file' | 'project'>;
}

/** How long a run waits for a later one to withdraw, and how often it looks. */
const WITHDRAWAL_MS_MAX = 15_000;
const LOOK_MS = 250;

/**
 * Makes sure, before a run brings anything into a project, that no other judge is there.
 *
 * @throws {CloudUnavailableError} naming the other run.
 */
export async function requireAlone(claim: Claim): Promise<void> {
  const [other] = await runsIn(claim.clients);
  if (other !== undefined) throw occupied(claim, other);
}

/**
 * Makes sure that no other judge has come in at the same time. Called when the run's own subscriptions are there and it has
 * touched nothing else: of two runs at least one then sees the other.
 *
 * @throws {CloudUnavailableError} naming the other run; the caller withdraws.
 */
export async function requireFirst(claim: Claim, run_id: string): Promise<void> {
  const deadline_ms = Date.now() + WITHDRAWAL_MS_MAX;
  for (;;) {
    const others = [...(await runsIn(claim.clients))].filter(([run]) => run !== run_id).sort();
    const [first] = others;
    const decision = decideEntry(
      run_id,
      others.map(([run]) => run),
    );
    if (first === undefined || decision === 'enter') return;
    if (decision === 'withdraw' || Date.now() > deadline_ms) throw occupied(claim, first);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * Decide what becomes of a run that sees others beside it: the later one withdraws. The earlier waits until it has, since
 * one that does not withdraw may have looked before this run's subscriptions were there.
 */
export function decideEntry(own: string, others: readonly string[]): 'enter' | 'wait' | 'withdraw' {
  if (others.length === 0) return 'enter';
  return others.some((other) => other < own) ? 'withdraw' : 'wait';
}

function occupied(
  { project, target }: Claim,
  [run, { length }]: readonly [string, readonly unknown[]],
): CloudUnavailableError {
  return new CloudUnavailableError(
    `run ${run} (begun at ${run.slice(9, 11)}:${run.slice(11, 13)} UTC) has ${length} subscriptions in ${project}: it is still running, or it crashed; wait for it, or remove what it left: ${cleanCommand(target, project)}`,
  );
}
