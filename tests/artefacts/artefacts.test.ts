import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../conformance/cloud/server.ts';
import { type Installed, installArtefacts, ROOT, startArtefact, targetFile } from './installed.ts';

const run = promisify(execFile);
const AUDIENCE = 'https://component.test';
const CALLER = 'push@demo-artefacts.iam.gserviceaccount.com';
/** What Cloud Run gives a process after SIGTERM. */
const GRACE_MS = 10_000;

let installed: Installed;
let cloud: EmbeddedCloud;
const running: ReturnType<typeof startArtefact>[] = [];

beforeAll(async () => {
  [installed, cloud] = await Promise.all([installArtefacts(), startEmbeddedCloud()]);
}, 300_000);

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await cloud?.stop();
  installed?.remove();
});

describe('what is deployed', () => {
  test('is one file, its figures and a manifest, with production dependencies only', () => {
    for (const { component, kind, manifest } of installed.folders) {
      const folder = path.join(installed.directory, component);
      const written = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      expect(written).toEqual(manifest);
      expect(existsSync(path.join(folder, 'index.mjs'))).toBe(true);
      expect(written.devDependencies).toBeUndefined();
      expect(Object.keys(written.dependencies ?? {})).toEqual(
        kind === 'function' ? ['@google-cloud/functions-framework'] : [],
      );
    }
  });

  test('keeps the contract: the judge finds no broken promise', { timeout: 300_000 }, async () => {
    const judge = ['conformance/cli/bin.mjs', 'run', '--quick', '--json', '--target', targetFile(installed)];
    const { stdout } = await run(process.execPath, judge, { cwd: ROOT, maxBuffer: 2 ** 28 });
    const result = JSON.parse(stdout) as { readonly totals: Readonly<Record<string, number>> };
    expect(result.totals).toMatchObject({ failed: 0 });
    expect(result.totals['passed']).toBeGreaterThan(30);
  });

  test('starts as the platform starts it, answers, and ends within the grace after SIGTERM', {
    timeout: 120_000,
  }, async () => {
    for (const { component } of installed.folders) {
      const { child, address, ended } = await startOnPlatform(component);
      expect(await fetch(`${address}/health`).then((answer) => answer.json())).toEqual({ status: 'ok' });
      const began_ms = performance.now();
      child.kill('SIGTERM');
      await ended;
      expect(performance.now() - began_ms).toBeLessThan(GRACE_MS);
    }
  });

  test('a service finishes the request that is under way when it is ended', {
    timeout: 60_000,
  }, async () => {
    const { child, address, ended } = await startOnPlatform('phase5-coordinator');
    const headers = { 'x-cloudscheduler': 'true', 'content-type': 'application/json' };
    const start = (authorization: string) =>
      fetch(`${address}/start`, { method: 'POST', headers: { ...headers, authorization }, body: '{}' });
    expect((await start('Bearer nothing')).status).toBe(401);
    const answer = start(`Bearer ${platformToken()}`);
    // A second request is answered only after the first one was read.
    await fetch(`${address}/health`);
    child.kill('SIGTERM');
    expect(await (await answer).json()).toMatchObject({ status: 'insufficient_data' });
    expect(await ended).toBe(0);
  });
});

async function startOnPlatform(component: string) {
  const port = await freePort();
  const child = startArtefact(installed, component, {
    PORT: String(port),
    K_SERVICE: component,
    LISTEN_HOST: '127.0.0.1',
    FUNCTION_TARGET: component,
    FUNCTION_SIGNATURE_TYPE: 'http',
    LOG_EXECUTION_ID: 'true',
    GOOGLE_CLOUD_PROJECT: 'demo-artefacts',
    PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
    FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
    METADATA_SERVER_DETECTION: 'none',
    PHASE4_WAIT_SECONDS: '2',
    PHASE4_POLL_SECONDS: '1',
    PUSH_AUDIENCE: AUDIENCE,
    PUSH_SERVICE_ACCOUNTS: CALLER,
    PUSH_SIGNATURE: 'platform',
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = `http://127.0.0.1:${port}`;
  const over = ended.then((code) => {
    throw new Error(`${component} ended with ${code} before it answered; it said: ${said}`);
  });
  over.catch(() => {});
  await Promise.race([answers(`${address}/health`), over]);
  return { child, address, ended };
}

/** A token as Cloud Run hands it on: checked, and without its signature. */
function platformToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://accounts.google.com', aud: AUDIENCE, email: CALLER, email_verified: true };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const times = { sub: '1', iat: now, exp: now + 600 };
  return `${part({ alg: 'RS256', kid: 'k' })}.${part({ ...claims, ...times })}.SIGNATURE_REMOVED_BY_GOOGLE`;
}

/** Asks until somebody answers; the test's own limit ends it. */
async function answers(url: string): Promise<void> {
  for (;;) {
    if (
      await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
