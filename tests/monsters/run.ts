import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { label, type MonsterKind } from './kinds.ts';

/** What became of one monster. */
export interface MonsterOutcome {
  readonly kind: MonsterKind;
  /** null when the judge had to be killed. */
  readonly code: number | null;
  readonly seconds: number;
  /** Process ids that carry the run's mark after the end. */
  readonly left: readonly number[];
  /** The verdict's sentence, or the last words. */
  readonly sentence: string;
  /** What is wrong with it; null when nothing is. */
  readonly problem: string | null;
}

/** No run takes longer, whatever the target does. */
const SECONDS_MAX = 120;
/** By then a run is hopeless, and the table goes on. */
const KILL_SECONDS = 180;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MONSTER = fileURLToPath(new URL('monster.mjs', import.meta.url));

/** How a run is to be ended before its time. */
export interface Ending {
  readonly signal: NodeJS.Signals;
  /** Sent so long after the components are ready. */
  readonly after_ms: number;
}

/** Judges one monster with the judge as a program. @param flags more options of `run`. */
export async function judgeMonster(
  kind: MonsterKind,
  flags: readonly string[] = [],
  ending?: Ending,
): Promise<MonsterOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'monster-'));
  try {
    const target = path.join(folder, 'target.json');
    writeFileSync(target, JSON.stringify(targetOf(kind)));
    const mark = path.basename(folder);
    const began_ms = Date.now();
    const { code, out, err } = await judge(['--target', target, ...flags], mark, ending);
    const seconds = (Date.now() - began_ms) / 1000;
    const left = leftBehind(mark);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    const sentence = sentenceOf(out, err);
    const found = { kind, code, seconds, left, sentence };
    return { ...found, problem: problemOf(found, `${out}\n${err}`, ending) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function targetOf({ name, cast }: MonsterKind): object {
  const components =
    cast === 'orchestrator' ? ['phase3-to-phase4-orchestrator'] : ['phase1-scrapers', 'phase2-raw'];
  return {
    name,
    profiles: cast === 'orchestrator' ? ['message', 'fan-in'] : ['message', 'phase-1', 'phase-2'],
    recovery_seconds: 4,
    ...(name === 'never-ready'
      ? { ready: { stdout: 'listening on (?<url>[^ ]+)', timeout_seconds: 5 } }
      : {}),
    components: Object.fromEntries(
      components.map((component) => [component, { command: ['node', MONSTER, name, component] }]),
    ),
  };
}

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function judge(flags: readonly string[], mark: string, ending: Ending | undefined): Promise<Said> {
  const args = ['conformance/cli/bin.mjs', 'run', '--no-failures', '--seed', '1', ...flags];
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, MONSTER_MARK: mark } });
  let out = '';
  let err = '';
  let is_ready = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    if (is_ready || ending === undefined || !/ready;/.test(err)) return;
    is_ready = true;
    setTimeout(() => child.kill(ending.signal), ending.after_ms);
  });
  const hopeless = setTimeout(() => child.kill('SIGKILL'), KILL_SECONDS * 1000);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(hopeless);
      resolve({ code, out, err });
    }),
  );
}

/** Find who still carries a mark in its environment; a guardian may need a moment after a kill. */
function leftBehind(mark: string): readonly number[] {
  const deadline_ms = Date.now() + 3_000;
  for (;;) {
    const left = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => environmentOf(pid).includes(`MONSTER_MARK=${mark}\0`))
      .map(Number);
    if (left.length === 0 || Date.now() > deadline_ms) return left;
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function sentenceOf(out: string, err: string): string {
  const lines = `${err}\n${out}`.split('\n').map((line) => line.trim());
  const verdict = lines.findLast((line) => /conform|nothing was judged|not available/.test(line));
  return (verdict ?? lines.findLast((line) => line !== '') ?? '').slice(0, 160);
}

function problemOf(
  { kind, code, seconds, left }: Omit<MonsterOutcome, 'problem'>,
  said: string,
  ending: Ending | undefined,
): string | null {
  if (left.length > 0) return `left ${left.length} processes running`;
  if (code === null && ending?.signal !== 'SIGKILL') return `had to be killed after ${KILL_SECONDS} s`;
  if (seconds > SECONDS_MAX) return `took ${Math.round(seconds)} s`;
  if (ending !== undefined) return null;
  if (code === null || !kind.codes.includes(code))
    return `ended with ${code} instead of ${kind.codes.join(' or ')}`;
  return kind.says.test(said) ? null : `${label(kind)}: nothing said that matches ${kind.says}`;
}
