import type { ComponentName } from '../../../../contract/names.ts';
import type { Branch, SceneRequest } from '../../../../harness/scene/scene.ts';
import { CLAIMS_OVER } from '../begin.ts';

const PAUSE_MS = 500;
/** Claims are given by another clock. */
const SLACK_MS = 500;

/** Sweeps until nothing is pending; when every claim that a fault left must have run out it sweeps once more. */
export async function sweepUntilOver(
  branch: Branch,
  component: ComponentName,
  request: SceneRequest,
): Promise<void> {
  const until_ms = Date.now() + branch.target.recovery_seconds * 1_000 + SLACK_MS;
  while (Date.now() < until_ms) {
    await branch.settle();
    const { status } = await branch.request(component, '/sweep', request);
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  branch.mark(CLAIMS_OVER, `every claim on a trigger of ${component} has run out`);
  await branch.settle();
  await branch.request(component, '/sweep', request);
}
