import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callHook } from '../../../conformance/targets/hooks/call.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { TargetUnavailableError } from '../../../conformance/targets/starting/running.ts';

const VALUES = { placeholders: { seconds: 5 }, everything: { seconds: 5 } };

describe('a hook', () => {
  const asked: { method: string; url: string; body: string; header: unknown }[] = [];
  let answers: (request: IncomingMessage, response: ServerResponse) => number | null = () => 200;
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { method = '', url: path = '', headers } = request;
      asked.push({ method, url: path, body, header: headers['x-token'] });
      const status = answers(request, response);
      if (status === null) return;
      response.writeHead(status).end('told you');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const call = (hook: string, directory = '.') => {
    const target = readTarget(
      'mine.yaml',
      `name: m\nprofiles: [message]\ndirectory: ${directory}\ncomponents: { phase2-raw: { url: "${url}" } }\nhooks: { advance_clock: ${hook} }\n`,
    );
    return callHook('advance_clock', VALUES, {
      target,
      urlOf: () => url,
      environment: { GCP_PROJECT: 'demo-p' },
    });
  };

  test('calls a component with everything that the judge knows, or with the body that it asks for', async () => {
    asked.length = 0;
    answers = () => 204;
    await call('{ request: { component: phase2-raw, path: "/clock/{seconds}", headers: { x-token: t } } }');
    await call(
      `{ request: { method: PUT, url: "${url}/c", body: { by: "{seconds}", text: "{seconds} s" } } }`,
    );
    await call(`{ request: { method: GET, url: "${url}/c?by={seconds}" } }`);
    expect(asked).toEqual([
      { method: 'POST', url: '/clock/5', body: '{"seconds":5}', header: 't' },
      { method: 'PUT', url: '/c', body: '{"by":5,"text":"5 s"}', header: undefined },
      { method: 'GET', url: '/c?by=5', body: '', header: undefined },
    ]);
  });
  test('that answers no 2xx, or not in time, or not at all, is the environment’s failure', async () => {
    answers = () => 500;
    const failing = call('{ request: { component: phase2-raw, path: /clock } }');
    await expect(failing).rejects.toThrow(TargetUnavailableError);
    await expect(failing).rejects.toThrow(/hook advance_clock: expected 2xx from POST .*, got 500 told you/);
    answers = () => null;
    await expect(
      call('{ timeout_seconds: 0.05, request: { component: phase2-raw, path: /clock } }'),
    ).rejects.toThrow('got no end within 0.05 s');
    answers = (_, response) => {
      response.writeHead(200).write('begun');
      return null;
    };
    await expect(
      call('{ timeout_seconds: 0.2, request: { component: phase2-raw, path: /clock } }'),
    ).rejects.toThrow(/^hook advance_clock: expected an end of "POST .*\/clock", got no end within 0\.2 s/);
    await expect(call('{ request: { url: "http://127.0.0.1:1/" } }')).rejects.toThrow(TargetUnavailableError);
  });
  test('runs a command with project and values in its environment', async () => {
    const code = `if (process.env.GCP_PROJECT !== 'demo-p' || JSON.parse(process.env.CONFORMANCE_HOOK).seconds !== 5 || process.argv[1] !== '5') process.exit(3)`;
    await call(JSON.stringify({ command: ['node', '-e', code, '{seconds}'] }));
  });
  test('whose command fails or takes too long says so with its last words', async () => {
    const failing = JSON.stringify({ command: ['node', '-e', 'console.error("no clock"); process.exit(7)'] });
    await expect(call(failing)).rejects.toThrow(/to end with 0, got 7; its last words: no clock/);
    const endless = JSON.stringify({
      command: ['node', '-e', 'setInterval(() => {}, 1000)'],
      timeout_seconds: 0.2,
    });
    await expect(call(endless)).rejects.toThrow('got no end within 0.2 s');
    await expect(call('{ command: [no-such-program] }')).rejects.toThrow(/got ENOENT/);
  });
});
