import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startWatchingIn } from '../conformance/watching/started.ts';
import { cpuOfTree } from './processes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROUNDS = 5;
const TARGET = 'python';
const FILE = 'orchestrator.py';
const AIM_MS = 5_000;
/** As deep below the repository as the target itself, which finds the contract by that. */
const PLACE = `${ROOT}.cache/bench-watch`;
/** A line of the watching judge that tells a verdict, or that there is none. */
const VERDICT = /(?:Z python-orchestrator|not available).*\n/;

/** How long something took, and what processor time. */
interface Taken {
  readonly wall_ms: number;
  readonly cpu_ms: number;
}

/** What is edited for when nothing is named: a requirement whose cases are cheap, draw, refuse calls, kill, or choose schedules. */
const REQUIREMENTS = ['MSG-011', 'CORR-007', 'ACK-005', 'FANIN-013', 'FANIN-006'];

/** For each requirement edit a program that is watched, and run the same from the command line; print what both took. */
async function main(asked: readonly string[]): Promise<void> {
  mkdirSync(PLACE, { recursive: true });
  const all: Taken[] = [];
  for (const only of asked.length === 0 ? REQUIREMENTS : asked) {
    const run = await wholeRun(only);
    const edits = await editsOf(only);
    all.push(...edits);
    console.log(`${only} of ${TARGET}, ${ROUNDS} edits`);
    tell('a whole run from the command line', run, run);
    tell('an edit under --watch, until its verdict: median', medianOf(edits), run);
    tell('the slowest of them', slowestOf(edits), run);
  }
  const slowest = slowestOf(all);
  const within = all.filter(({ wall_ms }) => wall_ms < AIM_MS).length;
  console.log(
    `aim for each edit: below ${AIM_MS / 1000} s, ${within === all.length ? 'kept' : 'missed'}: ${within} of ${all.length}; the slowest took ${seconds(slowest.wall_ms)} s, ${seconds(slowest.cpu_ms)} s of it processor time of judge and target`,
  );
}

/** Edit again as soon as a verdict is there, whatever follows it behind. */
async function editsOf(only: string): Promise<readonly Taken[]> {
  const watching = await startWatchingIn(PLACE, TARGET, '--only', only);
  const edits: Taken[] = [];
  await watching.hear(VERDICT);
  for (let round = 0; round < ROUNDS; round += 1) {
    const from_ms = cpuOfTree(watching.pid);
    const began_ms = performance.now();
    watching.edit(FILE, (text) => `${text}# ${round}\n`);
    await watching.hear(/changed\n/);
    const [line] = await watching.hear(VERDICT);
    if (line.startsWith('not available')) throw new Error(line);
    edits.push({ wall_ms: performance.now() - began_ms, cpu_ms: cpuOfTree(watching.pid) - from_ms });
  }
  await watching.stop();
  return edits;
}

async function wholeRun(only: string): Promise<Taken> {
  const began_ms = performance.now();
  const child = spawn(
    process.execPath,
    [
      `${ROOT}conformance/cli/bin.mjs`,
      ...['run', '--target', `${ROOT}tests/targets/${TARGET}/target.yaml`, '--only', only],
      ...['--seed', '7', '--no-failures'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const looks: number[] = [];
  const look = setInterval(() => looks.push(cpuOfTree(child.pid ?? 0)), 50);
  child.stdout.resume();
  await once(child, 'exit');
  clearInterval(look);
  return { wall_ms: performance.now() - began_ms, cpu_ms: looks.findLast((ms) => ms > 0) ?? Number.NaN };
}

function tell(what: string, { wall_ms, cpu_ms }: Taken, base: Taken): void {
  const ratio = (wall_ms / base.wall_ms).toFixed(2);
  console.log(
    `  ${what.padEnd(50)}${seconds(wall_ms).padStart(7)} s ${ratio.padStart(6)} x   ${seconds(cpu_ms).padStart(6)} s of processor time`,
  );
}

function medianOf(taken: readonly Taken[]): Taken {
  return {
    wall_ms: median(taken.map(({ wall_ms }) => wall_ms)),
    cpu_ms: median(taken.map(({ cpu_ms }) => cpu_ms)),
  };
}

function slowestOf(taken: readonly Taken[]): Taken {
  return taken.reduce((one, other) => (other.wall_ms > one.wall_ms ? other : one));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

await main(process.argv.slice(2));
