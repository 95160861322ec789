import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { launch } from '../../../conformance/targets/processes/launch.ts';
import { answers as answersHealth, becomeReady, said } from '../../../conformance/targets/processes/ready.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether somebody answers there; a process that ended may stay listed until its parent looks. */
const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** A component that says where it listens; a shell around it waits for it. */
const COMPONENT = `
  require('node:http').createServer((request, response) => response.end()).listen(0, '127.0.0.1', function () {
    const url = 'http://127.0.0.1:' + this.address().port;
    if (process.env.URL_FILE) require('node:fs').writeFileSync(process.env.URL_FILE, url);
    console.log('listening on ' + url);
  });`;
const NEVER = new AbortController().signal;
const wrapped = ['sh', '-c', `"${process.execPath}" -e "$PROGRAM"; true`];

describe('a component behind a wrapper', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('ends with it at %s', async (signal) => {
    const launched = launch(
      { command: wrapped, directory: folder, environment: { PROGRAM: COMPONENT } },
      () => {},
    );
    const [, url = ''] = await becomeReady(
      { name: 'wrapped', command: wrapped, expected: 'its url', launched, lines: [] },
      () => said('listening on (.+)', launched),
      NEVER,
    );
    expect(await answers(url)).toBe(true);
    await launched.end(signal);
    await expect.poll(() => answers(url)).toBe(false);
  });
});

describe('a component whose health path is wrong', () => {
  test('is told with what that path answered last', async () => {
    const command = ['node', '-e', COMPONENT.replace('response.end()', 'response.writeHead(404).end()')];
    const launched = launch({ command, directory: folder, environment: {} }, () => {});
    const becoming = { name: 'lost', command, expected: '2xx', launched, lines: [], patience_ms: 500 };
    const [, url = ''] = await said('listening on (.+)', launched);
    await expect(
      becomeReady(becoming, (over, tell) => answersHealth(`${url}/healthz`, over, tell), NEVER),
    ).rejects.toThrow(`was not ready within 0.5 s (GET ${url}/healthz: status 404); its last words`);
  });
});

/** Starts the judge on a component behind a wrapper, and waits until it is ready. */
async function judgeOf(environment: Record<string, string>) {
  const url_file = path.join(folder, 'url');
  const target = path.join(folder, 'target.json');
  const component = { command: wrapped, environment: { PROGRAM: COMPONENT, URL_FILE: url_file } };
  writeFileSync(
    target,
    JSON.stringify({
      name: 'wrapped',
      profiles: ['fan-in'],
      components: { 'phase3-to-phase4-orchestrator': component },
    }),
  );
  const judge = spawn(
    process.execPath,
    ['conformance/cli/bin.mjs', 'run', '--target', target, '--only', 'FANIN-003'],
    { env: { ...process.env, ...environment } },
  );
  let err = '';
  const ended = new Promise<number | null>((resolve) => judge.once('exit', resolve));
  await new Promise<void>((resolve) =>
    judge.stderr.on('data', (text: Buffer) => {
      err += text.toString();
      if (err.includes('1 component is ready')) resolve();
    }),
  );
  return { judge, ended, err: () => err, url: readFileSync(url_file, 'utf8') };
}

describe('however the judge ends, nobody is left', () => {
  test('after an error that nobody caught, which is its own fault: 4', async () => {
    const reject = `process.on('SIGUSR2', () => void Promise.reject(new Error('nobody looks')));`;
    const { judge, ended, err, url } = await judgeOf({
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(reject)}`,
    });
    judge.kill('SIGUSR2');
    expect(await ended).toBe(4);
    expect(err()).toContain('the judge itself failed, which says nothing about the target: nobody looks');
    await expect.poll(() => answers(url)).toBe(false);
  });
  test('after its connection is lost, with the partial report: 130', async () => {
    const { judge, ended, err, url } = await judgeOf({});
    judge.kill('SIGHUP');
    expect(await ended).toBe(130);
    expect(err()).toContain('interrupted; stopping what was started');
    await expect.poll(() => answers(url)).toBe(false);
  });
});
