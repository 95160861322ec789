import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';

const ENDING = new URL('../../../reference/services/functions/ending.ts', import.meta.url).href;

/** A program whose server, made by somebody else, answers when a line comes in, and who would rather end at once. */
const PROGRAM = `
  import { createServer } from 'node:http';
  import { endAfterRequests } from '${ENDING}';
  endAfterRequests(Number(process.argv[1]), async () => console.log('closed'));
  const server = createServer((request, response) => {
    console.log('begun');
    process.stdin.once('data', () => response.end('done'));
  });
  server.listen(0, '127.0.0.1', () => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(7));
    console.log('port ' + server.address().port);
  });
`;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function start(patience_ms: number) {
  const args = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM, String(patience_ms)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  let said = '';
  let look: () => void = () => undefined;
  child.stdout.on('data', (text) => {
    said += String(text);
    look();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const says = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(said)) await new Promise<void>((resolve) => (look = resolve));
    return pattern.exec(said)?.[1] ?? '';
  };
  const port = Number(await says(/port (\d+)/));
  return { child, port, ended, says, said: () => said };
}

/** Await that nobody listens any more. */
async function refuses(port: number): Promise<void> {
  const accepts = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('connect', () => socket.destroy());
      socket.once('error', () => resolve(false));
    });
  while (await accepts()) await new Promise((resolve) => setImmediate(resolve));
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'a request under way is answered after %s, no other is taken, and then the process ends with 0',
  async (signal) => {
    const { child, port, ended, says, said } = await start(60_000);
    const answer = fetch(`http://127.0.0.1:${port}/`);
    await says(/begun/);
    child.kill(signal);
    await refuses(port);
    expect(said()).not.toContain('closed');
    child.stdin.write('\n');
    const { status, headers } = await answer;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    expect(await ended).toBe(0);
    expect(said()).toContain('closed');
  },
);

test('what is not answered in time is broken off, without an answer', async () => {
  const { child, port, ended, says } = await start(50);
  const answer = fetch(`http://127.0.0.1:${port}/`);
  const broken = expect(answer).rejects.toThrow('fetch failed');
  await says(/begun/);
  child.kill('SIGTERM');
  await broken;
  expect(await ended).toBe(0);
});

test('a process that never had a request ends at once', async () => {
  const { child, ended } = await start(60_000);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
