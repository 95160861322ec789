import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLeftOut, watchFolder } from '../../../conformance/cli/watching/files.ts';
import { conformance } from '../command.ts';
import { startWatching, type Watching } from './started.ts';

const VERDICT = /Z careless (.*)\n/;
const PATIENCE_MS = 120_000;

describe('conformance run --watch', () => {
  let watching: Watching;
  beforeAll(async () => {
    watching = await startWatching('careless', '--only', 'fan-in-in-any-order@1');
  }, PATIENCE_MS);
  afterAll(async () => {
    await watching?.stop();
  });

  const ask = (where: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(where, watching.url), init);
  const wish = (body: string, headers: Record<string, string>): Promise<Response> =>
    ask('/run', { method: 'POST', body, headers });
  const token = (): string => new URL(watching.url).searchParams.get('token') ?? '';

  /** What the page shows to somebody who opens it now. */
  async function shown(): Promise<string> {
    const response = await ask(`/events?token=${token()}`);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    await reader?.cancel();
    return new TextDecoder().decode(first?.value);
  }

  test(
    'judges what was broken again when the program is edited, and shows what is broken then',
    async () => {
      await watching.hear(VERDICT);
      expect(await shown()).toContain('metadata.level must be an integer');
      const upstream =
        '[{ processor: message.processor_name, execution_id: message.execution_id, correlation_id: message.correlation_id }]';
      watching.edit('orchestrator.mjs', (text) =>
        text.replace('metadata: {', `metadata: { level: 1, upstream: ${upstream},`),
      );
      await watching.hear(/orchestrator\.mjs changed/);
      await watching.hear(VERDICT);
      const after = await shown();
      expect(after).toContain('FANIN-009');
      expect(after).not.toContain('metadata.level must be an integer');
    },
    PATIENCE_MS,
  );

  test('answers nobody who does not have the token, and takes wishes from its own page alone', async () => {
    expect((await fetch(new URL('/', watching.url))).status).toBe(403);
    expect((await ask(`/?token=${token()}`)).status).toBe(200);
    expect((await ask(`/run?token=${token()}`, { method: 'POST', body: '{}' })).status).toBe(403);
    expect((await ask(`/elsewhere?token=${token()}`)).status).toBe(404);
  });

  test.each([
    ['no JSON', '{'],
    ['nothing that can be run', '{"cases":[]}'],
    ['a check that does not exist', '{"cases":[{"check":"none","round":1,"schedule":null}]}'],
    ['a round that does not exist', '{"cases":[{"check":"fan-in-in-any-order","round":99,"schedule":null}]}'],
    ['a schedule that is none', '{"cases":[{"check":"fan-in-in-any-order","round":1,"schedule":"%"}]}'],
  ])('refuses a wish for %s, and says why', async (_, body) => {
    const answer = await wish(body, { 'x-watch-token': token() });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toMatch(/\S/);
  });

  test(
    'runs what the page asks for',
    async () => {
      const body = '{"cases":[{"check":"fan-in-in-any-order","round":2,"schedule":null}]}';
      expect((await wish(body, { 'x-watch-token': token() })).status).toBe(202);
      await watching.hear(VERDICT);
    },
    PATIENCE_MS,
  );

  test(
    'says what is wrong with a program that does not start, and goes on when it is mended',
    async () => {
      watching.edit('orchestrator.mjs', (text) => `throw new Error('a slip');\n${text}`);
      await watching.hear(/not available: [\s\S]*a slip/);
      watching.edit('orchestrator.mjs', (text) => text.replace("throw new Error('a slip');\n", ''));
      await watching.hear(VERDICT);
    },
    PATIENCE_MS,
  );

  test(
    'leaves nothing running when it is interrupted, and tells the exit code of the last run',
    async () => {
      const { folder } = watching;
      expect([0, 1]).toContain(await watching.stop());
      const living = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
      expect(living).not.toContain(folder);
    },
    PATIENCE_MS,
  );
});

describe('the files that are looked at', () => {
  test('are those that somebody edits', () => {
    const files = [
      'main.py',
      'src/door.ts',
      '.git/index',
      'node_modules/a/b.js',
      '__pycache__/a.pyc',
      '.conformance/x',
    ];
    expect(files.filter((file) => !isLeftOut(file))).toEqual(['main.py', 'src/door.ts']);
  });

  test('are seen when an editor writes beside them and renames, and in folders that are new', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'files-'));
    writeFileSync(path.join(folder, 'main.py'), '1');
    let take: (file: string) => void = () => {};
    const look = watchFolder(folder, (file) => take(file));
    const next = (): Promise<string> =>
      new Promise((resolve) => {
        take = resolve;
      });
    await look.ready;
    const renamed = next();
    writeFileSync(path.join(folder, '.main.py.swp'), '2');
    renameSync(path.join(folder, '.main.py.swp'), path.join(folder, 'main.py'));
    expect(await renamed).toBe('main.py');
    const made = next();
    mkdirSync(path.join(folder, 'lib'));
    writeFileSync(path.join(folder, 'lib', 'new.py'), '1');
    expect(await made).toMatch(/^lib/);
    await look.stop();
    rmSync(folder, { recursive: true });
  });
});

test.each([
  [['--json'], '--watch shows a page'],
  [['--attach', 'phase5-worker=http://127.0.0.1:1'], 'does not go with --attach'],
  [
    ['--cloud', 'project', '--project', 'some-project', '--i-own-this-project'],
    'does not go with --cloud project',
  ],
  [['--watch-port', 'x'], '--watch-port must be a port'],
])('%s is refused with --watch', { timeout: PATIENCE_MS }, async (options, why) => {
  const { code, err } = await conformance(
    'run',
    '--target',
    'tests/targets/careless/target.yaml',
    '--watch',
    ...options,
  );
  expect([code, err]).toEqual([2, expect.stringContaining(why)]);
});
