import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findGoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { timed } from './measure.ts';
import { bytesPerDocument } from './memory.ts';
import { buildProgram, startProgram } from './program.ts';
import { WORKS } from './works.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

const rate = (value: number) => (value < 100 ? value.toFixed(1) : value.toFixed(0));

/**
 * Compares the embedded cloud, in a process of its own, with Google's emulators. The processor time is the servers' alone;
 * the rates are also bounded by the client, which is the same for both.
 */
async function besideGoogle(): Promise<string> {
  const found = await findGoogleEmulators();
  if (typeof found === 'string') {
    process.stderr.write(`bench:cloud compares with Google's emulators: ${found}\n`);
    process.exit(2);
  }
  const program = await buildProgram();
  const embedded = await timed(() => startProgram(program));
  const google = await timed(startGoogleEmulators);
  const rows = WORKS.map(({ name }, index) => {
    const [ours = 0, theirs = 0] = [embedded.rates[index], google.rates[index]];
    const [our_cpu = 0, their_cpu = 0] = [embedded.server_cpu_ms[index], google.server_cpu_ms[index]];
    const cpu = `${our_cpu.toFixed(2)} ms | ${their_cpu.toFixed(2)} ms | ${(their_cpu / our_cpu).toFixed(1)}`;
    return `| ${name} | ${cpu} | ${rate(ours)} | ${rate(theirs)} | ${(ours / theirs).toFixed(1)} |`;
  });
  const starts = `| start, in ms | | | | ${embedded.start_ms.toFixed(0)} | ${google.start_ms.toFixed(0)} | ${(google.start_ms / embedded.start_ms).toFixed(1)} |`;
  return [
    '| work | processor time, embedded | Google | times | per second, embedded | Google | times |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    starts,
    '',
    `A document of 20 fields takes ${(await bytesPerDocument()).toFixed(0)} bytes in the embedded cloud.`,
  ].join('\n');
}

/** What `--kept` compares, each in a folder of its own. */
const KEPT = {
  memory: () => startEmbeddedCloud(),
  kept: (folder: string) => startEmbeddedCloud({ data: folder }),
  synced: (folder: string) => startEmbeddedCloud({ data: folder, sync: true }),
};

/**
 * Measures the embedded cloud in memory, in a folder, and in a folder whose answers wait for the disk. Processor time is
 * compared, since it hardly depends on what else the machine does; the wait for the disk shows in the rates alone.
 */
async function inMemoryAndKept(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-cloud-bench-'));
  const memory = await timed(() => KEPT.memory());
  const kept = await timed(() => KEPT.kept(join(folder, 'kept')));
  const synced = await timed(() => KEPT.synced(join(folder, 'synced')));
  rmSync(folder, { recursive: true });
  const rows = WORKS.map(({ name }, index) => {
    const [base = 1, cpu = 0] = [memory.cpu_ms[index], kept.cpu_ms[index]];
    const rates = [memory, kept, synced].map((each) => rate(each.rates[index] ?? 0));
    return `| ${name} | ${base.toFixed(2)} ms | ${(cpu / base).toFixed(2)} | ${rates.join(' | ')} |`;
  });
  const head = [
    'work',
    'processor time in memory',
    '`--data`, times that',
    'in memory, per second',
    '`--data`',
    '`--data --sync`',
  ];
  return [`| ${head.join(' | ')} |`, '|---|---|---|---|---|---|', ...rows].join('\n');
}

process.stdout.write(`${await (process.argv.includes('--kept') ? inMemoryAndKept() : besideGoogle())}\n`);
process.exit(0);
