import type { NamedCheck } from './code/requirements.ts';

/** The checks of the judge could not be loaded; the message says why. */
export class ChecksError extends Error {}

/**
 * Load the checks of the judge. They read generated/, so it must be up to date before.
 *
 * @throws {ChecksError} when their code does not run, such as a check of a topic that the contract no longer has.
 */
export async function loadChecks(): Promise<readonly NamedCheck[]> {
  try {
    const { CHECKS } = await import('../../conformance/checks/all.ts');
    return CHECKS.map(({ name, requirements }) => ({ name, requirements }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ChecksError(
      `conformance/checks/all.ts: expected checks that load with this contract, got ${why}; correct them and generate again`,
    );
  }
}
