import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { emptyFolder } from './folder.ts';

const MAIN = fileURLToPath(new URL('../../../conformance/cloud/start.mjs', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

interface Program {
  /** The addresses, once both lines are out; fails when the program ends before. */
  readonly hosts: Promise<readonly string[]>;
  readonly ended: Promise<Ended>;
  end(signal: NodeJS.Signals): Promise<Ended>;
}

describe('the embedded cloud as a program that keeps things', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const start = (...args: string[]): Program => {
    const child = spawn(process.execPath, [MAIN, ...args]);
    children.push(child);
    let stdout = '';
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stderr })));
    const hosts = new Promise<readonly string[]>((resolve, reject) => {
      child.stdout.on('data', (text) => {
        stdout += text;
        const found = [...stdout.matchAll(/=(127\.0\.0\.1:\d+)\n/g)].map((match) => match[1] ?? '');
        if (found.length === 2) resolve(found);
      });
      void ended.then(({ code }) => reject(new Error(`ended with ${code}: ${stderr}`)));
    });
    hosts.catch(() => {});
    return {
      hosts,
      ended,
      end(signal) {
        child.kill(signal);
        return ended;
      },
    };
  };
  const put = async (program: Program, topic: string) => {
    const [host] = await program.hosts;
    return (await fetch(`http://${host}/v1/projects/demo-p/topics/${topic}`, { method: 'PUT' })).status;
  };
  const topics = async (program: Program) => {
    const [host] = await program.hosts;
    const answer = await (await fetch(`http://${host}/v1/projects/demo-p/topics`)).json();
    return ((answer as { topics?: { name: string }[] }).topics ?? []).map(({ name }) => name.split('/')[3]);
  };

  test('--data has it after SIGKILL and after SIGTERM', async () => {
    const folder = join(emptyFolder(), 'made', 'on demand');
    for (const [signal, expected] of [
      ['SIGKILL', ['topic-a']],
      ['SIGTERM', ['topic-a', 'topic-b']],
    ] as const) {
      const program = start('--data', folder, '--sync');
      expect(await put(program, expected.at(-1) ?? '')).toBe(200);
      await program.end(signal);
      const again = start('--data', folder);
      expect(await topics(again)).toEqual(expected);
      expect((await again.end('SIGTERM')).code).toBe(0);
    }
    expect(existsSync(join(folder, 'in-use-by'))).toBe(false);
  });

  test('--export-on-exit writes what --import begins with, in memory and with --data', async () => {
    const [exported, folder] = [emptyFolder(), emptyFolder()];
    const first = start('--export-on-exit', exported);
    expect(await put(first, 'topic-a')).toBe(200);
    expect(await first.end('SIGTERM')).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(exported, 'embedded-cloud.jsonl'), 'utf8')).toContain(
      'projects/demo-p/topics/topic-a',
    );
    const second = start('--import', exported, '--data', folder, '--export-on-exit', exported);
    expect(await topics(second)).toEqual(['topic-a']);
    expect(await put(second, 'topic-b')).toBe(200);
    await second.end('SIGTERM');
    const third = start('--import', exported);
    expect(await topics(third)).toEqual(['topic-a', 'topic-b']);
    await third.end('SIGTERM');
    const again = start('--import', exported, '--data', folder);
    expect(await again.ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected an empty folder'),
    });
  });

  test.each([
    [['--sync'], '--sync says how --data is written'],
    [['--data', MAIN], 'expected a folder, or a place for one'],
    [['--import', '/nowhere'], 'expected an export of this cloud in /nowhere'],
  ])('%j is refused with code 2 and a sentence', async (args, complaint) => {
    const { code, stderr } = await start(...args).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(`cloud: ${complaint}`);
  });

  test('a folder in use is refused, and the one that has it goes on', async () => {
    const folder = emptyFolder();
    const first = start('--data', folder);
    await first.hosts;
    const { code, stderr } = await start('--data', folder).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(`${folder} is in use by process`);
    expect(await put(first, 'topic-a')).toBe(200);
  });
});
