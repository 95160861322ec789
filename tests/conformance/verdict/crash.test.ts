import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RunResult } from '../../../conformance/reports/result/result.ts';
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
