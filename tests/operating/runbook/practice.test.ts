import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { classify, firstMissing, readSteps, type Step } from './page.ts';

const PAGE = new URL('../../../docs/operating/README.md', import.meta.url);
const COMMAND = fileURLToPath(new URL('../../../reference/cli/bin.mjs', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'practice-'));
/** The other terminal: no cloud of this test, and what `. ./FILE` has exported. */
const terminal: NodeJS.ProcessEnv = { ...process.env };
for (const name of ['PUBSUB_EMULATOR_HOST', 'FIRESTORE_EMULATOR_HOST', 'PIPELINE_URLS'])
  delete terminal[name];
const serving: ChildProcess[] = [];

afterAll(async () => {
  await Promise.all(serving.map(stop));
  rmSync(folder, { recursive: true });
});

describe('docs/operating/README.md: practising on one machine', () => {
  test('the two terminals print what the page says', async () => {
    for (const step of readSteps(readFileSync(PAGE, 'utf8'))) {
      expect(step.scene).toBe('practice');
      await take(step);
    }
  }, 240_000);

  test('serve ends with 0 when it is told to', async () => {
    const [child] = serving.splice(0);
    expect(child).toBeDefined();
    if (child !== undefined) expect(await stop(child)).toBe(0);
  });
});

async function take({ line, commands, expected }: Step): Promise<void> {
  let output = '';
  for (const command of commands) {
    const words = command.split(' ');
    switch (classify(command)) {
      case 'serve':
        output += await serve(words.slice(2));
        break;
      case 'exports':
        load(join(folder, words[1] ?? ''));
        break;
      case 'pipeline':
        output += await run(words.slice(2));
        break;
      default:
        throw new Error(`line ${line}: nobody can run "${command}" here`);
    }
  }
  expect(firstMissing(expected, output), `line ${line}:\n${output}`).toBeUndefined();
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], { cwd: folder, env: terminal });
}

/** Starts it and waits until it says that it is ready. */
function serve(args: readonly string[]): Promise<string> {
  const child = start(args);
  serving.push(child);
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (text) => {
      output += text;
      if (/^# ready.*\n/m.test(output)) resolve(output);
    });
    child.stderr?.on('data', (text) => {
      output += text;
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${output}`)));
  });
}

function run(args: readonly string[]): Promise<string> {
  const child = start(args);
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        output += text;
      });
    }
    child.once('exit', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${args.join(' ')} ended with ${code}: ${output}`)),
    );
  });
}

/** Does what `. FILE` does to a shell. */
function load(file: string): void {
  for (const [, name, value] of readFileSync(file, 'utf8').matchAll(/^export (\w+)="(.*)"$/gm)) {
    if (name !== undefined) terminal[name] = value;
  }
}

function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill('SIGTERM');
  return ended;
}
