import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../conformance/cloud/server.ts';
import { EXAMPLES } from '../../generated/examples.ts';
import { type Installed, installArtefacts, ROOT, targetFile } from './installed.ts';
import { type OnPlatform, platformToken, refuses, startBarrier, startOnPlatform } from './platform.ts';

const run = promisify(execFile);
/** What Cloud Run gives a process after SIGTERM. */
const GRACE_MS = 10_000;

let installed: Installed;
let cloud: EmbeddedCloud;
const running: OnPlatform[] = [];
const start = async (component: string, firestore_host?: string): Promise<OnPlatform> => {
  const started = await startOnPlatform(installed, component, cloud, firestore_host);
  running.push(started);
  return started;
};

beforeAll(async () => {
  [installed, cloud] = await Promise.all([installArtefacts(), startEmbeddedCloud()]);
}, 300_000);

afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
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
      const { child, address, ended } = await start(component);
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
    const { child, address, ended } = await start('phase5-coordinator');
    const headers = { 'x-cloudscheduler': 'true', 'content-type': 'application/json' };
    const ask = (authorization: string) =>
      fetch(`${address}/start`, { method: 'POST', headers: { ...headers, authorization }, body: '{}' });
    expect((await ask('Bearer nothing')).status).toBe(401);
    const answer = ask(`Bearer ${platformToken()}`);
    // A second request is answered only after the first one was read.
    await fetch(`${address}/health`);
    child.kill('SIGTERM');
    expect(await (await answer).json()).toMatchObject({ status: 'insufficient_data' });
    expect(await ended).toBe(0);
  });
});

const FUNCTION = 'phase3-to-phase4-orchestrator';

describe('a function', () => {
  test('finishes the delivery that is under way when it is ended, and takes no other', {
    timeout: 60_000,
  }, async () => {
    const barrier = await startBarrier(cloud.firestore_host);
    const { child, port, address, ended } = await start(FUNCTION, barrier.host);
    const answer = deliver(address, 'under-way');
    await barrier.reached;
    child.kill('SIGTERM');
    await refuses(port);
    barrier.open();
    const { status, headers } = await answer;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    expect(await ended).toBe(0);
    await barrier.stop();
    // What was acked is recorded.
    const state = 'v1/projects/demo-artefacts/databases/(default)/documents/phase3_completion/2024-01-15';
    const recorded = await fetch(`http://${cloud.firestore_host}/${state}`);
    expect(await recorded.text()).toContain('886313e1-3b8a-4372-9b90-0c9aee199e5d');
  });

  test('acks nothing that it could not finish in time, and ends within the grace', {
    timeout: 60_000,
  }, async () => {
    const barrier = await startBarrier(cloud.firestore_host);
    const { child, address, ended } = await start(FUNCTION, barrier.host);
    const answer = deliver(address, 'never').then(
      ({ status }) => status,
      () => null,
    );
    await barrier.reached;
    const began_ms = performance.now();
    child.kill('SIGTERM');
    // No answer is a nack for Pub/Sub, and so is a server error.
    const status = await answer;
    expect(status === null || status >= 500).toBe(true);
    await ended;
    expect(performance.now() - began_ms).toBeLessThan(GRACE_MS);
    await barrier.stop();
  });

  test.each([
    ['without a token', 401, ''],
    ['with a token of another account', 403, `authorization: Bearer ${platformToken('x@y.test')}\r\n`],
  ] as const)(
    'refuses whoever comes %s before the body is read: %d',
    {
      timeout: 60_000,
    },
    async (_who, status, header) => {
      const { port, address } = await start(FUNCTION);
      const huge = await send(port, `${header}content-length: 10000000000\r\n`, 'once');
      expect(huge.answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      const endless = await send(port, `${header}transfer-encoding: chunked\r\n`, 'endlessly');
      expect(endless.answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      // What the buffers of both ends hold is sent whatever the reader does.
      expect(endless.bytes).toBeLessThan(64 * 2 ** 20);
      expect((await fetch(`${address}/health`)).status).toBe(200);
    },
  );
});

function deliver(address: string, messageId: string): Promise<Response> {
  const { payload } = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion') ?? { payload: {} };
  const data = Buffer.from(JSON.stringify(payload)).toString('base64');
  return fetch(`${address}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${platformToken()}` },
    body: JSON.stringify({
      message: { data, messageId, attributes: {} },
      subscription: 'projects/p/subscriptions/s',
    }),
  });
}

/** Sends a request whose body never ends: a little of it and silence, or more and more until the other side hangs up. */
function send(
  port: number,
  headers: string,
  how: 'once' | 'endlessly',
): Promise<{ readonly answer: string; readonly bytes: number }> {
  return new Promise((resolve) => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}\r\n`);
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      if (how === 'once') socket.write('{"message":');
      else {
        socket.on('drain', more);
        more();
      }
    });
    let answer = '';
    socket.on('data', (text) => {
      answer += String(text);
      if (how === 'once' && answer.includes('}')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve({ answer, bytes: socket.bytesWritten }));
  });
}
