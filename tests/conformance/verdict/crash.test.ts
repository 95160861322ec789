import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startWorld } from '../../../conformance/harness/world/world.ts';
import type { RunResult } from '../../../conformance/reports/result/result.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { conformance } from '../command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Acks what it can read, and ends at the first body that is no JSON. */
const PROGRAM = `
  const { createServer } = require('node:http');
  createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      try { JSON.parse(body); } catch { process.exit(7); }
      response.writeHead(400).end();
    });
  }).listen(0, '127.0.0.1', function () {
    console.log('listening on http://127.0.0.1:' + this.address().port);
  });`;

test('a component that ends at a message is told of, comes back, and the rest is judged', async () => {
  const file = path.join(folder, 'mortal.json');
  writeFileSync(
    file,
    JSON.stringify({
      name: 'mortal',
      profiles: ['message', 'fan-in'],
      recovery_seconds: 0,
      components: { 'phase3-to-phase4-orchestrator': { command: ['node', '-e', PROGRAM] } },
    }),
  );
  const { code, out } = await conformance(
    'run',
    '--target',
    file,
    '--only',
    'invalid-messages-to-phase3-to-phase4-orchestrator',
    '--no-failures',
    '--json',
  );
  expect(code).toBe(1);
  const result = JSON.parse(out) as RunResult;
  const crash = result.requirements
    .flatMap(({ anomalies }) => anomalies)
    .find(({ anomaly }) => anomaly === 'crash');
  expect(crash?.proof).toMatch(
    /^phase3-to-phase4-orchestrator ended by itself \(#\d+\) after it was given #\d+\. Whatever else/,
  );
  const history = result.histories[crash?.case ?? ''] ?? [];
  const [, given] = /was given #(\d+)/.exec(crash?.proof ?? '') ?? [];
  expect(history.find(({ sequence }) => sequence === Number(given))).toMatchObject({
    defect: 'an empty body',
  });
  expect(history.filter((event) => event.kind === 'process').map(({ change }) => change)).toContain(
    'started',
  );
  const after = history.filter((event) => event.kind === 'answer' && event.status === 400);
  expect(after.length).toBeGreaterThan(10);
});

/** Answers whatever comes, and ends a moment after its third answer, when it has nothing in hand. */
const TIRED = `
  const { createServer } = require('node:http');
  let answers = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(400).end(() => {
        answers += 1;
        if (answers === 3) setTimeout(() => process.exit(7), 50);
      });
    });
  }).listen(0, '127.0.0.1', () => console.log('listening on http://127.0.0.1:' + server.address().port));`;

test('an end that no case shows is told at the end of the run', async () => {
  const names = ['phase3-to-phase4-orchestrator'] as const;
  const target = readTarget(
    'tired.yaml',
    JSON.stringify({
      name: 'tired',
      profiles: ['fan-in'],
      components: { [names[0]]: { command: ['node', '-e', TIRED] } },
    }),
  );
  const world = await startWorld(target, 'embedded', names);
  try {
    const url = world.component(names[0]).url();
    for (let count = 0; count < 3; count++) await fetch(url, { method: 'POST' });
    await expect.poll(() => world.crashed()).toEqual([`${names[0]} ended with exit code 7`]);
    await expect
      .poll(() =>
        fetch(world.component(names[0]).url(), { method: 'POST' }).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(400);
  } finally {
    await world.stop();
  }
});

test('a start that takes longer than the run may is ended with the run, and told', async () => {
  const file = path.join(folder, 'asleep.json');
  writeFileSync(
    file,
    JSON.stringify({
      name: 'asleep',
      profiles: ['message', 'fan-in'],
      ready: { stdout: 'listening on (?<url>[^ ]+)', timeout_seconds: 500 },
      components: {
        'phase3-to-phase4-orchestrator': { command: ['node', '-e', 'setInterval(() => {}, 1e6)'] },
      },
    }),
  );
  const { code, err } = await conformance('run', '--target', file, '--no-failures', '--timeout', '2');
  expect(code).toBe(3);
  expect(err).toMatch(
    /the run was ended by --timeout 2 before every component was ready \(asked for: phase3-to-phase4-orchestrator\)/,
  );
});
