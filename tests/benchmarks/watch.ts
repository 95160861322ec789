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

/** Edit a program that is watched and run the same requirement from the command line, in turn; print medians and their ratio. */
async function main(only: string): Promise<void> {
  mkdirSync(PLACE, { recursive: true });
  const watching = await startWatchingIn(PLACE, TARGET, '--only', only);
  const edits: Taken[] = [];
  const runs: Taken[] = [];
  await watching.hear(VERDICT);
  for (let round = 0; round < ROUNDS; round += 1) {
    const from_ms = cpuOfTree(watching.pid);
    const began_ms = performance.now();
    watching.edit(FILE, (text) => `${text}# ${round}\n`);
    await watching.hear(/changed\n/);
    const [line] = await watching.hear(VERDICT);
    if (line.startsWith('not available')) throw new Error(line);
    edits.push({ wall_ms: performance.now() - began_ms, cpu_ms: cpuOfTree(watching.pid) - from_ms });
    if (/The whole follows/.test(line)) await watching.hear(VERDICT);
    runs.push(await wholeRun(only));
    const [edit, run] = [edits, runs].map((all) => seconds(all.at(-1)?.wall_ms ?? Number.NaN));
    console.log(`  round ${round + 1}: ${edit} s from edit to verdict, ${run} s for a whole run`);
  }
  await watching.stop();
  const [edit, run] = [medianOf(edits), medianOf(runs)];
  console.log(`${only} of ${TARGET}, medians of ${ROUNDS} rounds in turn`);
  tell('a whole run from the command line', run, run);
  tell('an edit under --watch, until its verdict', edit, run);
  const kept = edit.wall_ms < AIM_MS ? 'kept' : 'missed';
  console.log(
    `  aim for the edit: below ${AIM_MS / 1000} s, ${kept}; most ${seconds(Math.max(...edits.map(({ wall_ms }) => wall_ms)))} s`,
  );
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
    `  ${what.padEnd(42)}${seconds(wall_ms).padStart(7)} s ${ratio.padStart(6)} x   ${seconds(cpu_ms).padStart(6)} s of processor time`,
  );
}

function medianOf(taken: readonly Taken[]): Taken {
  return {
    wall_ms: median(taken.map(({ wall_ms }) => wall_ms)),
    cpu_ms: median(taken.map(({ cpu_ms }) => cpu_ms)),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

await main(process.argv[2] ?? 'FANIN-009');
