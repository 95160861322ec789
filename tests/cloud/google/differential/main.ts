import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startGoogleEmulators } from '../../../../conformance/cloud/google-emulators.ts';
import { startEmbeddedCloud } from '../../../../conformance/cloud/server.ts';
import { connectFirestores } from './firestore/side.ts';
import { connectPubsubs } from './pubsub/side.ts';
import { type Found, type Side, trySequence } from './sequences.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

/** What a run leaves, so that a later one goes on. Sequence `n` is drawn with the seed `seed + n`. */
interface Progress {
  readonly service: string;
  readonly seed: number;
  /** All sequences before this one are done. */
  done: number;
  readonly differences: Found[];
}

const SAY_EVERY_MS = 30_000;

/** Runs sequences of one service on both clouds. @returns the exit code: 1 if a sequence differs. */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      service: { type: 'string', default: 'firestore' },
      sequences: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      'at-once': { type: 'string', default: '20' },
      results: { type: 'string' },
    },
  });
  const { service, results } = values;
  if (service !== 'firestore' && service !== 'pubsub') {
    process.stderr.write(`--service is firestore or pubsub, got ${service}\n`);
    return 2;
  }
  const wanted = Number(values.sequences);
  const progress: Progress =
    results !== undefined && existsSync(results)
      ? JSON.parse(readFileSync(results, 'utf8'))
      : { service, seed: Number(values.seed), done: 0, differences: [] };
  if (progress.service !== service) {
    process.stderr.write(`${results} holds sequences of ${progress.service}; name another file\n`);
    return 2;
  }
  process.stdout.write(`${service}: seed ${progress.seed}, from sequence ${progress.done} to ${wanted}\n`);
  const [emulators, cloud] = await Promise.all([startGoogleEmulators(), startEmbeddedCloud()]);
  const side: Side =
    service === 'firestore'
      ? connectFirestores([cloud.firestore_host, emulators.firestore_host])
      : await connectPubsubs([cloud.pubsub_host, emulators.pubsub_host]);
  await runAll(side, progress, wanted, Number(values['at-once']), () => {
    if (results !== undefined) writeFileSync(results, `${JSON.stringify(progress, null, 2)}\n`);
  });
  await side.close();
  await Promise.all([emulators.stop(), cloud.stop()]);
  const { done, differences } = progress;
  process.stdout.write(`${service}: ${done} sequences, ${differences.length} of them differ\n`);
  return differences.length === 0 ? 0 : 1;
}

async function runAll(
  side: Side,
  progress: Progress,
  wanted: number,
  at_once: number,
  save: () => void,
): Promise<void> {
  let next = progress.done;
  const ahead = new Set<number>();
  let said_at = performance.now();
  const worker = async () => {
    for (let sequence = next++; sequence < wanted; sequence = next++) {
      const found = await trySequence(side, progress.seed + sequence);
      if (found !== undefined) {
        progress.differences.push(found);
        process.stdout.write(
          `sequence ${sequence} (seed ${found.seed}) differs${found.comes_again ? '' : ', once only'}:\n` +
            `  ${found.operations}\n  ${found.because}\n`,
        );
      }
      ahead.add(sequence);
      while (ahead.delete(progress.done)) progress.done += 1;
      if (found === undefined && performance.now() - said_at < SAY_EVERY_MS) continue;
      said_at = performance.now();
      save();
      process.stdout.write(`${new Date().toISOString()} ${progress.done} done\n`);
    }
  };
  await Promise.all(Array.from({ length: at_once }, worker));
  save();
}

process.exitCode = await main(process.argv.slice(2));
