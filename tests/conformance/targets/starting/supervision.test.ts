import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'supervision-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** On a machine that is busy with other things a judge takes its time to start. */
const PATIENCE_MS = 120_000;

/** A component that answers nothing, and says under which address. */
const SILENT = `
  require('node:http').createServer(() => {}).listen(0, '127.0.0.1', function () {
    const url = 'http://127.0.0.1:' + this.address().port;
    require('node:fs').writeFileSync(process.env.URL_FILE, url);
    console.log('listening on ' + url);
  });`;

/** Blocks the thread in which the judge works as soon as there is a file of that name. */
const BLOCK = `
  import { isMainThread } from 'node:worker_threads';
  import { existsSync, writeFileSync } from 'node:fs';
  if (!isMainThread) setInterval(() => {
    if (!existsSync(process.env.BLOCK_FILE)) return;
    writeFileSync(process.env.BLOCK_FILE, 'blocked');
    for (;;);
  }, 50).unref();`;

/** Starts the judge, waits until a case is under way, and blocks its loop. */
async function blockedJudge(name: string, seconds: number) {
  const url_file = path.join(folder, `${name}.url`);
  const block_file = path.join(folder, `${name}.block`);
  const target = path.join(folder, `${name}.json`);
  const component = { command: ['node', '-e', SILENT], environment: { URL_FILE: url_file } };
  const components = { 'phase3-to-phase4-orchestrator': component };
  writeFileSync(target, JSON.stringify({ name, profiles: ['fan-in'], components }));
  const judge = spawn(
    process.execPath,
    ['conformance/cli/bin.mjs', 'run', '--no-failures', '--target', target, '--only', 'FANIN-003'],
    {
      env: {
        ...process.env,
        CONFORMANCE_BLOCKED_SECONDS: String(seconds),
        BLOCK_FILE: block_file,
        NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(BLOCK)}`,
      },
    },
  );
  let err = '';
  judge.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<number | null>((resolve) => judge.once('close', resolve));
  await expect.poll(() => err, { timeout: 60_000 }).toContain('is ready');
  writeFileSync(block_file, '');
  await expect.poll(() => readFileSync(block_file, 'utf8'), { timeout: 10_000 }).toBe('blocked');
  return { judge, ended, err: () => err, url: readFileSync(url_file, 'utf8') };
}

const isGone = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(500) }).then(
    () => false,
    (error: Error) => error.name !== 'TimeoutError',
  );

describe('a judge whose loop is blocked', () => {
  test(
    'ends as its own fault, names the step, and leaves nobody behind',
    async () => {
      const { ended, err, url } = await blockedJudge('watched', 3);
      expect(await ended).toBe(4);
      expect(err()).toContain('the judge itself failed, which says nothing about the target');
      expect(err()).toMatch(
        /blocked for \d+ s, while these steps were under way: .*delivers nba-phase3-analytics-complete/,
      );
      await expect.poll(() => isGone(url), { timeout: 10_000 }).toBe(true);
    },
    PATIENCE_MS,
  );

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at one %s, and leaves nobody behind',
    async (signal) => {
      const { judge, ended, err, url } = await blockedJudge(signal, 300);
      judge.kill(signal);
      expect(await ended).toBe(130);
      expect(err()).toMatch(/interrupted, while these steps were under way: .*ended without a report/);
      await expect.poll(() => isGone(url), { timeout: 10_000 }).toBe(true);
    },
    PATIENCE_MS,
  );

  test(
    'ends at once at the second signal',
    async () => {
      const { judge, ended, url } = await blockedJudge('twice', 300);
      judge.kill('SIGINT');
      judge.kill('SIGTERM');
      expect(await ended).toBe(130);
      await expect.poll(() => isGone(url), { timeout: 10_000 }).toBe(true);
    },
    PATIENCE_MS,
  );
});
