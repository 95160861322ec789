import { expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import type { Phase4Trigger } from '../../../generated/models.ts';
import { createAsker, publishTriggers } from '../../../reference/orchestration/publish.ts';
import { readOrchestrator } from '../../../reference/orchestration/state.ts';
import { pendingTrigger } from '../../../reference/orchestration/trigger.ts';
import { abandonClaim } from '../../../reference/runs/abandoned.ts';
import { SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

test('a claim that was seen to be given back is forgotten, one whose release failed is not', async () => {
  const ports = createMemoryPorts();
  const abandoned = new Set<string>();
  const orchestrator = readOrchestrator('phase3-to-phase4-orchestrator');
  const publishing = { ports, settings: SETTINGS, orchestrator, abandoned };
  const { claimant } = createAsker(publishing)();
  const message = EXAMPLES.find((example) => example.message === 'Phase4Trigger')
    ?.payload as unknown as Phase4Trigger;
  const claimed = { ...pendingTrigger(message, 'now'), claimed_by: claimant, claim_expires_at: 'later' };
  ports.faults.publish = () => 'refuse';
  const publish = async () => {
    ports.stored.set('phase3_completion/d', { _trigger: claimed });
    const held = [{ entry: '_trigger', message }];
    await expect(publishTriggers(publishing, 'phase3_completion/d', claimant, held)).rejects.toThrow();
  };
  await publish();
  expect([...abandoned]).toEqual([]);
  ports.faults.store = (_operation, path) => (path === 'phase3_completion/d' ? 'refuse' : undefined);
  await publish();
  expect([...abandoned]).toEqual([claimant]);
});

test('a process remembers a bounded number of abandoned claims, the latest ones', () => {
  const abandoned = new Set<string>();
  for (let claim = 0; claim < 3000; claim += 1) abandonClaim(abandoned, `claim-${claim}`);
  expect(abandoned.size).toBe(1000);
  expect([...abandoned].at(0)).toBe('claim-2000');
  expect(abandoned.has('claim-2999')).toBe(true);
});
