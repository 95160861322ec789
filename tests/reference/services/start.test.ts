import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { COMPONENTS } from '../../../generated/topology.ts';
import { COMPONENT_LOADERS } from '../../../reference/services/components.ts';

const PROGRAM = fileURLToPath(new URL('../../../reference/services/start.ts', import.meta.url));

interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** The first line of standard output, or what was said on standard error when it ended without one. */
  readonly firstLine: Promise<string>;
}

const started: Program[] = [];
let cloud: EmbeddedCloud | undefined;

afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map(({ ended }) => ended));
  await cloud?.stop();
  cloud = undefined;
});

function start(args: readonly string[], environment: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args], {
    env: { ...process.env, METADATA_SERVER_DETECTION: 'none', PORT: '0', ...environment },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.once('data', (text) => resolve(String(text).trim()));
    void ended.then(() => resolve(said));
  });
  const program = { child, ended, firstLine };
  started.push(program);
  return program;
}

async function startOnCloud(component: string): Promise<{ program: Program; address: string }> {
  cloud = await startEmbeddedCloud();
  const program = start([component], {
    GOOGLE_CLOUD_PROJECT: 'demo-start',
    PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
    FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
  });
  const address = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(await program.firstLine)?.[1] ?? '';
  return { program, address };
}

describe('a component as a process', () => {
  test('listens on a free port of this machine, answers, and ends with 0 after SIGTERM', async () => {
    const { program, address } = await startOnCloud('phase3-to-phase4-orchestrator');
    expect(address).not.toBe('');
    expect(await fetch(`${address}/health`).then((answer) => answer.json())).toEqual({ status: 'ok' });
    const swept = await fetch(`${address}/sweep`, { method: 'POST' });
    expect([swept.status, await swept.json()]).toEqual([200, { published: [], pending: [], waiting: [] }]);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  test('ends with 2 and says why when it cannot be started as asked', async () => {
    const unknown = start(['phase6']);
    const unset = start(['phase2-raw'], { GOOGLE_CLOUD_PROJECT: '' });
    expect(await unknown.firstLine).toMatch(/expected one of phase1-scrapers, .*got phase6/);
    expect(await unset.firstLine).toMatch(/GOOGLE_CLOUD_PROJECT must name a project/);
    expect(await Promise.all([unknown.ended, unset.ended])).toEqual([2, 2]);
  });
});

test('every component of the contract that runs can be started, and no other', () => {
  const running = Object.entries(COMPONENTS).filter(([, { runs_as }]) => runs_as !== 'external');
  expect(Object.keys(COMPONENT_LOADERS).sort()).toEqual(running.map(([name]) => name).sort());
});
