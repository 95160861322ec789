import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { runComponents } from '../../../reference/services/run.ts';
import { serveComponent } from '../../../reference/services/serve.ts';

let cloud: EmbeddedCloud;

beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  Object.assign(process.env, {
    METADATA_SERVER_DETECTION: 'none',
    PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
    FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
    LOG_LEVEL: 'silent',
  });
});

afterAll(() => cloud.stop());

async function run(name: string, environment: Record<string, string> = {}) {
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let ended: Promise<void> = Promise.resolve();
  const line = await new Promise<string>((resolve, reject) => {
    ended = runComponents([name], {
      environment: { GOOGLE_CLOUD_PROJECT: 'demo-run', ...environment },
      stopped,
      say: resolve,
    });
    ended.catch(reject);
  });
  return { address: line.replace('listening on ', ''), line, stop, ended };
}

const errorOf = (act: Promise<unknown>) =>
  act.then(
    () => undefined,
    (error) => (error instanceof PipelineError ? error.message : error),
  );

describe('a component that runs', () => {
  test('ACK-007 answers every request in its own words until it is told to end', async () => {
    const { address, line, stop, ended } = await run('phase4-precompute');
    expect(line).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/);
    const headers = { 'content-type': 'application/json' };
    const refused = await fetch(`${address}/process`, { method: 'POST', headers, body: '{"message":' });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'INVALID_ENVELOPE' }]);
    expect((await fetch(`${address}/process`, { method: 'POST' })).status).toBe(400);
    expect((await fetch(`${address}/nowhere?x=1`)).status).toBe(404);
    expect((await fetch(`${address}/process`)).status).toBe(405);
    expect(await fetch(`${address}/health`).then((answer) => answer.json())).toEqual({ status: 'ok' });
    stop();
    await ended;
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });

  test('shares a process with others, each at an address of its own', async () => {
    const lines: string[] = [];
    let stop = () => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    let ended: Promise<void> = Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      const say = (line: string) => {
        if (lines.push(line) === 2) resolve();
      };
      const environment = { GOOGLE_CLOUD_PROJECT: 'demo-run' };
      ended = runComponents(['phase2-raw', 'phase5-worker'], { environment, stopped, say });
      ended.catch(reject);
    });
    const addresses = lines.map((line) => /^(\S+) listening on (\S+)$/.exec(line) ?? []);
    expect(addresses.map(([, name]) => name)).toEqual(['phase2-raw', 'phase5-worker']);
    const answers = addresses.map(([, , address]) =>
      fetch(`${address}/predict`, { method: 'POST' }).then(({ status }) => status),
    );
    expect(await Promise.all(answers)).toEqual([404, 400]);
    stop();
    await ended;
    await Promise.all(addresses.map(([, , address]) => expect(fetch(`${address}/health`)).rejects.toThrow()));
  });

  test('listens on every address on Cloud Run', async () => {
    const { line, stop, ended } = await run('phase1-scrapers', {
      K_SERVICE: 'phase1-scrapers',
      PUSH_AUDIENCE: 'https://phase1-scrapers.example',
      PUSH_SERVICE_ACCOUNTS: 'push@demo.example',
    });
    expect(line).toMatch(/^listening on http:\/\/0\.0\.0\.0:\d+$/);
    stop();
    await ended;
  });

  test.each([
    ['an unknown component', ['phase6'], {}, /expected one of phase1-scrapers, .* got phase6/],
    ['no component', [], {}, /got nothing/],
    ['Cloud Run without an audience', ['phase2-raw'], { K_SERVICE: 'x' }, /PUSH_AUDIENCE must be/],
    [
      'Cloud Run without callers',
      ['phase2-raw'],
      { K_SERVICE: 'x', PUSH_AUDIENCE: 'https://x' },
      /PUSH_SERVICE_ACCOUNTS must be/,
    ],
    ['a port that is none', ['phase2-raw'], { PORT: 'x' }, /PORT must be a port .* got "x"/],
    [
      'several components and one port',
      ['phase2-raw', 'phase5-worker'],
      { PORT: '8080' },
      /PORT must be 0 for several components, got "8080"/,
    ],
  ])('is not started for %s', async (_name, components, environment, sentence) => {
    const surroundings = {
      environment: { GOOGLE_CLOUD_PROJECT: 'p', ...environment },
      stopped: Promise.resolve(),
      say: () => undefined,
    };
    expect(await errorOf(runComponents(components, surroundings))).toMatch(sentence);
  });
});

describe('the end of a server', () => {
  test('lets what is under way finish', async () => {
    let finish = () => {};
    const begun = new Promise<void>((begin) => {
      void serveComponent(
        () => {
          begin();
          return new Promise((resolve) => {
            finish = () => resolve({ status: 204 });
          });
        },
        '127.0.0.1',
        0,
      ).then((served) => {
        slow = served;
        answered = fetch(served.address, { method: 'POST' });
      });
    });
    let slow: Awaited<ReturnType<typeof serveComponent>> | undefined;
    let answered: Promise<Response> | undefined;
    await begun;
    const stopped = slow?.stop(60_000);
    finish();
    expect((await answered)?.status).toBe(204);
    await stopped;
  });

  test('breaks off what does not finish in time', async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const hangs = () => {
      begin();
      return new Promise<never>(() => undefined);
    };
    const served = await serveComponent(hangs, '127.0.0.1', 0);
    const broken = fetch(served.address, { method: 'POST' }).then(
      () => 'answered',
      () => 'broken off',
    );
    await begun;
    await served.stop(1);
    expect(await broken).toBe('broken off');
  });

  test('a port that is taken is an error', async () => {
    const handler = () => Promise.resolve({ status: 200 });
    const first = await serveComponent(handler, '127.0.0.1', 0);
    const port = Number(new URL(first.address).port);
    await expect(serveComponent(handler, '127.0.0.1', port)).rejects.toThrow('EADDRINUSE');
    await first.stop(1);
  });
});
