import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LOST_TRIGGERS } from '../../../mutants/faults/triggers/lost-triggers.ts';
import { closeCloud, openCloud } from '../../../operating/stage/stage.ts';
import { type Deployed, deploy } from './deployed.ts';

const PATIENCE_MS = 180_000;
/** How long one effect may take on a busy machine. */
const EFFECT_SECONDS = 12;
const LATER_SUCCESS_IGNORED = LOST_TRIGGERS.filter(({ id }) => id.startsWith('L13'));

let deployed: Deployed | undefined;
beforeAll(openCloud);
afterAll(closeCloud);
afterEach(async () => {
  await deployed?.close();
  deployed = undefined;
});

function inProject({ target_file, stage }: Deployed): readonly string[] {
  return ['--target', target_file, '--project', stage.project, '--i-own-this-project'];
}

function judging(one: Deployed, ...only: readonly string[]): readonly string[] {
  return ['run', '--cloud', 'project', ...inProject(one), '--no-failures', '--seed', '7', '--only', ...only];
}

describe('a pipeline that is deployed in a project', { timeout: PATIENCE_MS }, () => {
  test('gets a verdict over its own topics and URLs, and nothing is left behind', async () => {
    deployed = await deploy(EFFECT_SECONDS);
    const { code, out, err } = await deployed.conformance(
      ...judging(
        deployed,
        'fan-in-with-failed-and-empty-runs',
        'cascade-all-at-once@1',
        'aliases-to-phase3-to-phase4-orchestrator',
        'trigger-for-a-past-date',
        'invalid-messages-to-phase4-orchestrator',
        'completion-document-of-phase3-to-phase4-orchestrator',
        'FANIN-007',
        'LIVE-003',
      ),
      '--json',
    );
    const result = JSON.parse(out);
    const of = (wanted: string) =>
      result.requirements.filter((one: { result: string }) => one.result === wanted);
    expect(of('failed'), err).toEqual([]);
    expect(result).toMatchObject({ cloud: 'project', conforms: true });
    expect(code).toBe(0);
    expect(of('passed').map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['FANIN-004', 'CASC-005', 'MSG-006', 'COORD-004', 'ACK-007', 'STATE-001']),
    );
    expect(of('not_applicable')).toEqual([
      expect.objectContaining({
        id: 'FANIN-007',
        reason: expect.stringContaining('control over single calls'),
      }),
      expect.objectContaining({ id: 'LIVE-003', reason: expect.stringContaining('no reserved date') }),
    ]);
    expect(await deployed.leftovers()).toEqual([]);
  });

  test('with a broken orchestrator does not conform', async () => {
    deployed = await deploy(4);
    for (const mutant of LATER_SUCCESS_IGNORED) await deployed.breakOrchestrator(mutant);
    const { code, out } = await deployed.conformance(
      ...judging(deployed, 'fan-in-with-failed-and-empty-runs@1'),
    );
    expect(out).toContain('FAIL FANIN-004');
    expect(out).toContain('Seen in fan-in-with-failed-and-empty-runs');
    expect(out).toContain('handed to a subscription of the project');
    expect(out).toContain(`--cloud project --project ${deployed.stage.project} --i-own-this-project --only`);
    expect(code).toBe(1);
    expect(await deployed.leftovers()).toEqual([]);
  });
});

describe('a run in a project that ends early', { timeout: PATIENCE_MS }, () => {
  test('by Ctrl-C removes what it brought, and reports what had run', async () => {
    deployed = await deploy(EFFECT_SECONDS);
    const { code, out } = await deployed.program(judging(deployed, 'fan-in-*'), (line, kill) => {
      if (line.includes('is ready')) kill('SIGINT');
    });
    expect(code).toBe(130);
    expect(out).toMatch(/\d+ not judged|interrupted/);
    expect(await deployed.leftovers()).toEqual([]);
  });

  test('by a failure of its environment removes what it brought too', async () => {
    const seed_feature_store = { command: ['node', '-e', 'console.error("no rights"); process.exit(7)'] };
    deployed = await deploy(EFFECT_SECONDS, { hooks: { seed_feature_store } });
    const { code, err } = await deployed.conformance(
      ...judging(deployed, 'fan-in-in-any-order@1', 'ready-feature-store-starts-one-batch'),
    );
    expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining('no rights') });
    expect(await deployed.leftovers()).toEqual([]);
  });

  test('by a crash leaves what "clean" finds and removes; until then nobody else comes in', async () => {
    deployed = await deploy(EFFECT_SECONDS);
    const { project } = deployed.stage;
    await deployed.program(judging(deployed, 'fan-in-in-any-order'), (line, kill) => {
      if (line.includes('is ready')) kill('SIGKILL');
    });
    const second = await deployed.conformance(...judging(deployed, 'fan-in-in-any-order@1'));
    expect(second.code).toBe(3);
    expect(second.err).toMatch(/run \d{8}t\w+ \(begun at .* has \d+ subscriptions/);
    // What the refusal advises is a command that works as it stands.
    const [, advised = ''] = / node \S*cli\/bin\.mjs (clean .*)$/m.exec(second.err) ?? [];
    const plan = await deployed.conformance(...advised.split(' '), '--plan');
    expect(plan).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Would be removed from .*\n {2}subscription conformance-/),
    });
    const refused = await deployed.conformance(
      'clean',
      '--target',
      deployed.target_file,
      '--project',
      project,
    );
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--i-own-this-project') });
    expect((await deployed.leftovers()).length).toBeGreaterThan(0);

    const removed = await deployed.conformance(...advised.split(' '));
    expect(removed.out).toContain(`Removed from ${project}`);
    expect(await deployed.leftovers()).toEqual([]);
    const again = await deployed.conformance('clean', ...inProject(deployed));
    expect(again.out).toBe(`Judges have left nothing in ${project}.\n`);
  });
});
