import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type GoogleEmulators,
  startGoogleEmulators,
} from '../../../../conformance/cloud/google-emulators.ts';
import { lendCloud } from '../../../cloud/lend.ts';
import { LOST_TRIGGERS } from '../../../mutants/faults/triggers/lost-triggers.ts';
import { type Deployed, deploy } from '../runs/deployed.ts';

const PATIENCE_MS = 600_000;
/** Google's emulator calls a 202 a nack and makes rivals wait for each other's locks, so that one effect may take long. */
const EFFECT_SECONDS = 40;
const LATER_SUCCESS_IGNORED = LOST_TRIGGERS.filter(({ id }) => id.startsWith('L13'));

let emulators: GoogleEmulators;
let deployed: Deployed | undefined;

beforeAll(async () => {
  emulators = await startGoogleEmulators();
  process.env['LOG_LEVEL'] = 'fatal';
  lendCloud(emulators);
}, PATIENCE_MS);

afterEach(async () => {
  await deployed?.close();
  deployed = undefined;
});

afterAll(() => emulators.stop());

function judging({ target_file, stage }: Deployed, ...only: readonly string[]): readonly string[] {
  const project = ['--cloud', 'project', '--project', stage.project, '--i-own-this-project'];
  return ['run', '--target', target_file, ...project, '--no-failures', '--seed', '7', '--only', ...only];
}

describe('a pipeline in a project of Google’s emulators', { timeout: PATIENCE_MS }, () => {
  test('gets a verdict over its own topics and URLs, a whole date among it, and nothing is left behind', async () => {
    deployed = await deploy(EFFECT_SECONDS);
    const { code, out, err } = await deployed.conformance(
      ...judging(
        deployed,
        'fan-in-in-any-order@1',
        'fan-in-with-failed-and-empty-runs@1',
        'cascade-in-order@1',
        'ready-feature-store-starts-one-batch',
        'one-date-through-all-phases',
        'invalid-messages-to-phase4-orchestrator',
        'completion-document-of-phase4-orchestrator',
        'FANIN-007',
      ),
      '--json',
    );
    const { requirements, ...result } = JSON.parse(out);
    const of = (wanted: string) => requirements.filter((one: { result: string }) => one.result === wanted);
    expect(of('failed'), err).toEqual([]);
    expect(code).toBe(0);
    expect(result).toMatchObject({ cloud: 'project', conforms: true });
    expect(of('passed').map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining([
        'FANIN-001',
        'FANIN-004',
        'CASC-001',
        'COORD-001',
        'LIVE-001',
        'ACK-007',
        'STATE-001',
      ]),
    );
    expect(of('not_applicable').map(({ id }: { id: string }) => id)).toEqual(['FANIN-007']);
    expect(await deployed.leftovers()).toEqual([]);
  });

  test('with a broken orchestrator does not conform', async () => {
    deployed = await deploy(10);
    for (const mutant of LATER_SUCCESS_IGNORED) await deployed.breakOrchestrator(mutant);
    const { code, out } = await deployed.conformance(...judging(deployed, 'FANIN-004'));
    expect(out).toContain('FAIL FANIN-004');
    expect(code).toBe(1);
    expect(await deployed.leftovers()).toEqual([]);
  });
});
