import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadTarget } from '../../../../conformance/targets/load.ts';
import { lastWords } from '../../../../conformance/targets/processes/last-words.ts';
import { launch } from '../../../../conformance/targets/processes/launch.ts';
import {
  answers as answersHealth,
  becomeReady,
  said,
} from '../../../../conformance/targets/processes/ready.ts';
import { addressIn } from '../../../../conformance/targets/starting/address.ts';
import { environmentOf, withoutProxy } from '../../../../conformance/targets/starting/environment.ts';
import { createOutput } from '../../../../conformance/targets/starting/output.ts';

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
async function judgeOf({ PROGRAM, URLS_FILE, ...environment }: Record<string, string>) {
  const own = PROGRAM === undefined ? {} : { PROGRAM, URLS_FILE };
  const url_file = path.join(folder, 'url');
  const target = path.join(folder, 'target.json');
  const component = { command: wrapped, environment: { PROGRAM: COMPONENT, URL_FILE: url_file, ...own } };
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
  return { judge, ended, err: () => err, url: existsSync(url_file) ? readFileSync(url_file, 'utf8') : '' };
}

/** Launches a program of Node and collects what it prints. */
function launchNode(program: string) {
  const lines: string[] = [];
  const launched = launch({ command: ['node', '-e', program], directory: folder, environment: {} }, (line) =>
    lines.push(line),
  );
  return { launched, lines };
}

describe('what a process prints', () => {
  test('is heard also where its last line is not ended', async () => {
    const { launched } = launchNode(
      `process.stdout.write('listening on http://127.0.0.1:8'); setTimeout(() => process.stdout.write('0'), 20); setInterval(() => {}, 1000)`,
    );
    expect((await said('listening on (.+)', launched))[1]).toBe('http://127.0.0.1:80');
    await launched.end('SIGKILL');
  });
  test('is heard without its colours', async () => {
    const { launched } = launchNode(
      `console.log('\u001b[32mlistening on \u001b[1mhttp://127.0.0.1:80\u001b[0m'); setInterval(() => {}, 1000)`,
    );
    expect((await said('listening on ([^ ]+)$', launched))[1]).toBe('http://127.0.0.1:80');
    await launched.end('SIGKILL');
  });
  test('is heard line by line where it writes over its own lines', async () => {
    const { launched } = launchNode(
      `process.stdout.write('loading 10%\\rloading 100%\\rlistening on http://127.0.0.1:80\\r\\n'); setInterval(() => {}, 1000)`,
    );
    expect((await said('^listening on (.+)$', launched))[1]).toBe('http://127.0.0.1:80');
    await launched.end('SIGKILL');
  });
  test.each([
    ['listening on http://127.0.0.1:80', 'http://127.0.0.1:80'],
    ['{"msg":"listening on http://127.0.0.1:80","pid":1}', 'http://127.0.0.1:80'],
    ['INFO "listening on http://127.0.0.1:80", pid=3', 'http://127.0.0.1:80'],
    ['listening on http://127.0.0.1:80.', 'http://127.0.0.1:80'],
    ['listening on http://127.0.0.1:8080/ (Press CTRL+C)', 'http://127.0.0.1:8080'],
    ['listening on <http://localhost:8080/base/>', 'http://localhost:8080/base'],
    ['listening on http://0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['listening on http://[::]:8080', 'http://[::1]:8080'],
  ])('tells in "%s" where it listens', (line, url) => {
    const match = /listening on <?(?<url>http:\/\/[^ ]+)/.exec(line);
    expect(match === null ? undefined : addressIn('one', match)).toBe(url.replace(/:80$/, ''));
  });
  test('is told as it stands where it is no address', () => {
    const match = /listening on (?<url>.+)/.exec('listening on port 8080');
    expect(() => match && addressIn('one', match)).toThrow('got "port 8080" from its line');
  });
  test('is known whole when its end is told, the last line too', async () => {
    const { launched, lines } = launchNode(
      `process.stderr.write('first\\n'.repeat(2000) + 'no newline'); process.exitCode = 3`,
    );
    expect(await launched.ended).toBe('ended with exit code 3');
    expect(lines).toHaveLength(2001);
    expect(lines.at(-1)).toBe('no newline');
  });
  test('is cut where a line has no end', async () => {
    const { launched, lines } = launchNode(`process.stdout.write('x'.repeat(3_000_000))`);
    await launched.ended;
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(5_000);
  });
  test('costs little, however many lines there are', async () => {
    const { keep, lines } = createOutput();
    const began_ms = performance.now();
    for (let line = 0; line < 1_000_000; line++) keep(`line ${line}`);
    expect(performance.now() - began_ms).toBeLessThan(3_000);
    expect(lines.at(-1)).toBe('line 999999');
    expect(lines.length).toBeLessThan(4_000);
  });
});

describe('last words', () => {
  test('are ten lines, and the error above them whose trace is longer', () => {
    const trace = ['Error: no port', ...Array.from({ length: 14 }, (_, frame) => `    at frame${frame}`), ''];
    const words = lastWords(['before', ...trace, 'Node.js v20']);
    expect(words).toContain('Error: no port | … | at frame5');
    expect(words.endsWith('at frame13 | Node.js v20')).toBe(true);
  });
  test('are none of a process that printed none', () => {
    expect(lastWords([])).toBe('none');
  });
});

test('Python prints at once, unless the target says otherwise; a proxy of the target’s own is not asked either', () => {
  const target = loadTarget('conformance/targets/reference.yaml');
  const cloud = { project: 'demo-x', pubsub_host: 'a', firestore_host: 'b' };
  const of = (environment: Readonly<Record<string, string>>) =>
    environmentOf(target, { environment }, cloud, 0);
  expect({ PYTHONUNBUFFERED: '1', ...process.env, ...of({}) }['PYTHONUNBUFFERED']).toBe('1');
  expect(of({ PYTHONUNBUFFERED: '' })['PYTHONUNBUFFERED']).toBe('');
  expect(of({ http_proxy: 'http://proxy:1', no_proxy: 'intern' })['no_proxy']).toContain('intern,127.0.0.1');
});

test('a proxy is not asked for what is on this machine', () => {
  expect(withoutProxy({})).toEqual({});
  expect(withoutProxy({ http_proxy: 'http://proxy:3128' })).toEqual({
    no_proxy: '127.0.0.1,localhost',
    NO_PROXY: '127.0.0.1,localhost',
  });
  expect(withoutProxy({ HTTPS_PROXY: 'http://proxy:3128', no_proxy: 'intern,localhost' })).toMatchObject({
    no_proxy: 'intern,localhost,127.0.0.1',
  });
});

/** A component that forks one in its group, which hears no SIGTERM, and one outside of it. */
const FORKING = `
  const { spawn } = require('node:child_process');
  process.on('SIGTERM', () => {});
  if (process.argv[1] === undefined) {
    spawn(process.execPath, ['-e', process.env.PROGRAM, 'inside'], { stdio: 'inherit' });
    spawn(process.execPath, ['-e', process.env.PROGRAM, 'outside'], { stdio: 'inherit', detached: true });
  }
  require('node:http').createServer((request, response) => response.end()).listen(0, '127.0.0.1', function () {
    const url = 'http://127.0.0.1:' + this.address().port;
    require('node:fs').appendFileSync(process.env.URLS_FILE, url + '\\n');
    const urls = () => require('node:fs').readFileSync(process.env.URLS_FILE, 'utf8').split('\\n').length;
    if (process.argv[1] === undefined) setInterval(() => urls() > 3 && console.log('listening on ' + url), 20);
  });`;

describe('a component that forks, hears no SIGTERM and leaves its group', () => {
  test.each([
    ['ended', async (judge: ChildProcess) => void judge.kill('SIGTERM')],
    ['killed', async (judge: ChildProcess) => void judge.kill('SIGKILL')],
  ])('is gone with all its processes when its judge is %s', async (how, end) => {
    const urls_file = path.join(folder, `urls-${how}`);
    writeFileSync(urls_file, '');
    const { judge, ended } = await judgeOf({ PROGRAM: FORKING, URLS_FILE: urls_file });
    const urls = readFileSync(urls_file, 'utf8').trim().split('\n');
    // Or more, where the judge has started a second instance by now.
    expect(urls.length).toBeGreaterThanOrEqual(3);
    for (const url of urls) expect(await answers(url)).toBe(true);
    await end(judge);
    await ended;
    for (const url of urls) await expect.poll(() => answers(url), { timeout: 15_000 }).toBe(false);
  });
});

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
