import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freshServices } from '../../reference/services/bundle.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ROUNDS = 7;
const COMPONENT = 'phase4-orchestrator';

interface ColdStart {
  /** From the start of the process to its line `listening on …`. */
  readonly ready_ms: number;
  /** The most memory that the process held until then. */
  readonly peak_mebibytes: number;
}

/** Start one component from its bundle and from its sources in turn, and print medians and their ratio. */
async function main(): Promise<void> {
  const ways = [
    { name: 'bundle', args: [await freshServices(), COMPONENT] },
    { name: 'sources', args: ['--import', 'tsx', 'reference/services/start.ts', COMPONENT] },
  ].map((way) => ({ ...way, starts: [] as ColdStart[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of ways) way.starts.push(await coldStart(way.args));
  }
  console.log(`Cold start of ${COMPONENT}, median of ${ROUNDS} rounds in turn`);
  const figures = ways.map(({ name, starts }) => ({
    name,
    ready_ms: median(starts.map(({ ready_ms }) => ready_ms)),
    peak_mebibytes: median(starts.map(({ peak_mebibytes }) => peak_mebibytes)),
  }));
  const [bundle] = figures;
  for (const { name, ready_ms, peak_mebibytes } of figures) {
    const ratio = (ready_ms / (bundle?.ready_ms ?? Number.NaN)).toFixed(2);
    console.log(
      `  ${name.padEnd(10)}${ready_ms.toFixed(0).padStart(7)} ms ${ratio.padStart(6)} x ${peak_mebibytes.toFixed(0).padStart(6)} MiB`,
    );
  }
}

async function coldStart(args: readonly string[]): Promise<ColdStart> {
  const began_ms = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: '0',
      GOOGLE_CLOUD_PROJECT: 'demo-cold-start',
      PUBSUB_EMULATOR_HOST: '127.0.0.1:9',
      FIRESTORE_EMULATOR_HOST: '127.0.0.1:9',
      METADATA_SERVER_DETECTION: 'none',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) =>
      reject(new Error(`${args.join(' ')} ended with ${code} before it listened`)),
    );
  });
  const ready_ms = performance.now() - began_ms;
  const peak_mebibytes = peakOf(child.pid ?? 0);
  child.kill('SIGTERM');
  await ended;
  return { ready_ms, peak_mebibytes };
}

/** Read the high-water mark of a process's memory, where the system tells it (Linux). */
function peakOf(pid: number): number {
  try {
    const kibibytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kibibytes) / 1024;
  } catch {
    return Number.NaN;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await main();
