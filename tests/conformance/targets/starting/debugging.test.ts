import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOfCase } from '../../../../conformance/harness/world/processes/lines-of-case.ts';
import type { HistoryEvent } from '../../../../conformance/history/events.ts';
import { readTarget } from '../../../../conformance/targets/load.ts';
import { attach } from '../../../../conformance/targets/starting/attach.ts';
import { reachComponent } from '../../../../conformance/targets/starting/reach.ts';
import { conformance } from '../../command.ts';

const COMPONENT = 'phase3-to-phase4-orchestrator';
const FILE = `name: mine
profiles: [message]
recovery_seconds: 0
environment: { A: "it's" }
environment_names: { project: GCP_PROJECT }
components:
  ${COMPONENT}: { command: [node, app.js], ready: { health: /ok } }
`;
const folder = mkdtempSync(path.join(tmpdir(), 'judge-debug-'));
const file = path.join(folder, 'mine.yaml');
writeFileSync(file, FILE);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;

describe('a program that was started by hand', () => {
  let server: Server;
  let url = '';
  let healthy = true;
  beforeAll(async () => {
    // It refuses everything, as a service that knows no message would; what counts here is that it is asked.
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        const is_well = request.url === '/ok' && healthy;
        response.writeHead(request.url === '/ok' && !is_well ? 503 : is_well ? 200 : 400).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('is judged instead of the command, dumped, and its cases are kept', async () => {
    const kept = path.join(folder, 'kept');
    const { code, out, err } = await conformance(
      ...['run', '--target', file, '--attach', `${COMPONENT}=${url}/`, '--only', 'ACK-001', '--no-failures'],
      ...['--pubsub-port', String(await freePort()), '--firestore-port', String(await freePort())],
      ...['--project', 'demo-mine', '--dump', '--keep-output', kept],
    );
    expect(out).toContain('FAIL ACK-001');
    expect(code).toBe(1);
    expect(err).toMatch(/#\d+ +deliver to phase3-to-phase4-orchestrator/);
    expect(err).toMatch(/answer to #\d+: 400 nack/);
    expect(err).toContain('call CreateTopic nba-phase4-trigger: OK');
    expect(readdirSync(path.join(kept, 'output')).length).toBeGreaterThan(0);
    expect(readFileSync(path.join(kept, `${COMPONENT}.log`), 'utf8')).toBe('');
  });
  test('is waited for by its health URL, and the wait is told', async () => {
    const component = attach(readTarget('mine.yaml', FILE), { [COMPONENT]: url }).components[COMPONENT];
    if (component === undefined) throw new Error('it was just attached');
    healthy = false;
    const told: string[] = [];
    const tell = (sentence: string): void => {
      told.push(sentence);
      healthy = true;
    };
    const reached = await reachComponent(COMPONENT, component, { tell }, never);
    expect(reached.url()).toBe(url);
    expect(told).toEqual([expect.stringContaining(`${url}/ok (status 503 so far)`)]);
    healthy = false;
    await expect(reachComponent(COMPONENT, { ...component, wait_seconds: 0 }, {}, never)).rejects.toThrow(
      /expected 2xx at .*\/ok within 0 s, got status 503; start it first/,
    );
    healthy = true;
  });
  test('is restarted by the hook of its target, and not without one', async () => {
    const component = attach(readTarget('mine.yaml', FILE), { [COMPONENT]: url }).components[COMPONENT];
    if (component === undefined) throw new Error('it was just attached');
    let restarts = 0;
    const restart = async (): Promise<void> => {
      restarts += 1;
    };
    const reached = await reachComponent(COMPONENT, component, { restart }, never);
    await reached.kill();
    await reached.restart();
    expect(restarts).toBe(1);
    expect(reached.owned).toBe(false);
  });
});

describe('the command line', () => {
  test('prints what a program must be started with', async () => {
    const { code, out } = await conformance(
      ...['run', '--target', file, '--print-environment', '--project', 'demo-mine', '--pubsub-port', '9001'],
    );
    expect(code).toBe(0);
    expect(out).toContain(`export A='it'\\''s'\n`);
    expect(out).toContain('export GCP_PROJECT=demo-mine\n');
    expect(out).toContain('export PUBSUB_EMULATOR_HOST=127.0.0.1:9001\n');
    expect(out).toContain('export FIRESTORE_EMULATOR_HOST=127.0.0.1:8080\n');
    expect(out).toContain('--project demo-mine --pubsub-port 9001 --firestore-port 8080 --attach');
  });
  test.each([
    [['--attach', 'nobody=http://127.0.0.1:1'], '--attach must be COMPONENT=http://HOST:PORT'],
    [['--attach', `${COMPONENT}`], '--attach must be COMPONENT=http://HOST:PORT'],
    [['--pubsub-port', '0'], '--pubsub-port must be a port'],
    [['--project', 'X'], '--project must be 6 to 30'],
  ])('%j is a usage error', async (options, expected) => {
    const { code, err } = await conformance('run', '--target', file, '--only', 'ACK-001', ...options);
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });
  test('says which port is taken', async () => {
    const { server: taken, port } = await listening();
    const { code, err } = await conformance(
      ...['run', '--target', file, '--only', 'ACK-001', '--pubsub-port', String(port)],
    );
    taken.close();
    expect(code).toBe(3);
    expect(err).toContain('choose other ports with --pubsub-port');
  });
});

describe('the output of a case', () => {
  const event = (at_ms: number, ...marks: readonly string[]): HistoryEvent => ({
    kind: 'marker',
    name: 'x',
    sentence: 'x',
    sequence: at_ms,
    at_ms,
    marks,
  });
  const line = (at_ms: number, text: string, process = 'a', components = [process]) => ({
    process,
    components,
    at_ms,
    text,
  });

  test('is what names its dates, and what came meanwhile without naming another', () => {
    const printed = [
      line(1, 'before'),
      line(1, 'early word of 2031-01-05'),
      line(15, 'meanwhile'),
      line(15, 'a neighbour, 2031-01-06'),
      line(15, '2026-11-27T05:00:00Z a time is no date of a case'),
      line(15, 'of another component', 'b'),
      line(99, 'late word of 2031-01-05'),
      line(16, 'of the second instance', 'a#2', ['a']),
      line(16, 'of one process for both', 'together', ['b', 'a']),
    ];
    const history = [event(10, 'case', '2031-01-05'), event(20, 'case')];
    expect(linesOfCase(history, ['a'], printed).map(({ text }) => text)).toEqual([
      'early word of 2031-01-05',
      'meanwhile',
      '2026-11-27T05:00:00Z a time is no date of a case',
      'late word of 2031-01-05',
      'of the second instance',
      'of one process for both',
    ]);
    expect(linesOfCase([], ['a'], printed)).toEqual([]);
  });
});

async function listening() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listening();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
