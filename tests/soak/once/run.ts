import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PlannedRun } from '../plan.ts';
import { findMarked, leftIn, MARK } from './leftovers.ts';
import { startLoad } from './load.ts';
import { type Ended, type Leftovers, outcomeOf, type SoakResult } from './outcome.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CLI = path.join(ROOT, 'conformance/cli/bin.mjs');
/** Ten times of what a run takes on a busy machine. */
const LIMIT_MS = { quick: 300_000, whole: 1_200_000 } as const;
/** Processes that were told to end may still be ending. */
const ENDING_MS = 3_000;
const WORDS_KEPT = 600;

/** Makes one run of the judge as a person would, and looks afterwards what it left behind. */
export async function soakOnce(
  { target, kind, load }: PlannedRun,
  commit: string,
  seed: number,
): Promise<SoakResult> {
  const at = new Date().toISOString();
  const started_ms = Date.now();
  const mark = randomUUID();
  const folder = mkdtempSync(path.join(tmpdir(), 'soak-'));
  const busy = load ? startLoad() : undefined;
  try {
    const ended = await judge(target.file, kind, seed, { [MARK]: mark, TMPDIR: folder });
    const duration_seconds = (Date.now() - started_ms) / 1000;
    const leftovers = await lookFor(mark, folder);
    const found = outcomeOf(ended, target.told);
    return { at, target: target.name, kind, load, seed, commit, ...found, duration_seconds, leftovers };
  } finally {
    await busy?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function judge(
  file: string,
  kind: 'quick' | 'whole',
  seed: number,
  environment: Record<string, string>,
): Promise<Ended> {
  const flags = ['run', '--target', file, '--seed', String(seed), '--json', '--no-failures'];
  const child = spawn(process.execPath, [CLI, ...flags, ...(kind === 'quick' ? ['--quick'] : [])], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const abandon = (): void => void child.kill('SIGTERM');
  process.once('exit', abandon);
  let out = '';
  let words = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-WORDS_KEPT);
  });
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS[kind]);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(limit);
      process.off('exit', abandon);
      resolve({ code, out, words });
    });
  });
}

/** Whoever is still there a while after the end is a leftover, and is ended here. */
async function lookFor(mark: string, folder: string): Promise<Leftovers> {
  const until_ms = Date.now() + ENDING_MS;
  let alive = findMarked(mark);
  while (alive.length > 0 && Date.now() < until_ms) {
    await pause(100);
    alive = findMarked(mark);
  }
  for (const { pid } of alive) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  return {
    processes: alive.map(({ command }) => command),
    ports: alive.flatMap(({ ports }) => ports),
    temporary: leftIn(folder),
  };
}
