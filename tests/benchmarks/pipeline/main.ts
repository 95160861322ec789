import { parseArgs } from 'node:util';
import { findGoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { startChild } from '../../../reference/local/child.ts';
import { freshServices } from '../../../reference/services/bundle.mjs';
import { descendants, endOnSignals } from '../processes.ts';
import { measureBullmq } from './bullmq.ts';
import { type Hosts, measureCascade } from './cascade.ts';
import { AT_ONCE, type CascadeFigures } from './dates.ts';
import { countCalls, measureFloor } from './floor.ts';
import { measureHops } from './hops.ts';
import { table, written } from './numbers.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

function say(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

async function startEmbedded(): Promise<Hosts & { stop(): Promise<void> }> {
  let pubsub_host = '';
  const hear = (line: string): void => {
    pubsub_host = /^export PUBSUB_EMULATOR_HOST=(\S+)$/.exec(line)?.[1] ?? pubsub_host;
  };
  const ready = /^export FIRESTORE_EMULATOR_HOST=(\S+)$/;
  const cloud = await startChild('conformance/cloud/start.mjs', [], {}, ready, hear);
  return { pubsub_host, firestore_host: cloud.ready[1] ?? '', stop: () => cloud.stop() };
}

async function onCloud(start: () => Promise<Hosts & { stop(): Promise<void> }>): Promise<CascadeFigures> {
  const cloud = await start();
  try {
    return await measureCascade(cloud);
  } finally {
    await cloud.stop();
  }
}

/** Measures every way that there is on this machine, one after the other. */
async function cascades(): Promise<string> {
  const embedded = await onCloud(startEmbedded);
  const found = await findGoogleEmulators();
  const google = typeof found === 'string' ? found : await onCloud(startGoogleEmulators);
  const bullmq = await measureBullmq();
  const ways = [
    ['embedded cloud', embedded],
    ["Google's emulators", google],
    ['BullMQ on Redis', bullmq],
  ] as const;
  const rows = ways.map(([name, figures]) => {
    if (typeof figures === 'string') return [name, `NOT RUN: ${figures}`, '-', '-'];
    const { alone_ms, at_once_ms, cpu_ms } = figures;
    const times = (own: number, base: number): string => `${written(own)} (${(own / base).toFixed(1)})`;
    return [
      name,
      times(alone_ms, embedded.alone_ms),
      times(at_once_ms, embedded.at_once_ms),
      times(cpu_ms, embedded.cpu_ms),
    ];
  });
  const compared = table(
    [
      'five completions to level 3',
      'one date, median',
      `${AT_ONCE} at once, the last`,
      'processor time a date',
    ],
    rows,
  );
  return `${compared}\n\n${await floor(embedded.cpu_ms)}`;
}

async function floor(cpu_ms: number): Promise<string> {
  const counts = await countCalls();
  const floor_ms = await measureFloor(counts);
  const { commits, reads, publishes } = counts;
  return [
    `A date makes ${commits.toFixed(1)} commits, ${reads.toFixed(1)} reads and ${publishes.toFixed(1)} publishes. Against a server that answers at once`,
    `these calls of Google's clients cost ${floor_ms.toFixed(1)} ms of processor time; the cascade on the embedded cloud costs ${(cpu_ms / floor_ms).toFixed(2)} times that.`,
  ].join('\n');
}

const PARTS = { hops: measureHops, cascade: cascades };

endOnSignals();
const { values } = parseArgs({ options: { only: { type: 'string' } } });
if (values.only !== undefined && !(values.only in PARTS)) {
  process.stderr.write(`expected --only ${Object.keys(PARTS).join(' or ')}, got "${values.only}"\n`);
  process.exit(2);
}
await freshServices();
for (const [name, measure] of Object.entries(PARTS)) {
  if (values.only === undefined || values.only === name) say(await measure());
}
// The bundler's own service ends with this process.
const left = descendants().filter(({ name }) => !name.endsWith('esbuild'));
if (left.length > 0) throw new Error(`expected no process to be left, found ${JSON.stringify(left)}`);
process.exit(0);
