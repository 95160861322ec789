import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Firestore } from '@google-cloud/firestore';
import { startEmbeddedCloud } from '../../../conformance/cloud/server.ts';

const DOCUMENTS = 20_000;
const BATCH = 500;

/** Measures what a document of 20 fields takes in the embedded cloud, in bytes of memory after garbage is collected. */
export async function bytesPerDocument(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const cloud = await startEmbeddedCloud();
  const db = new Firestore({
    projectId: 'demo-memory',
    host: cloud.firestore_host,
    ssl: false,
    preferRest: false,
  });
  const fill = async (from: number, to: number) => {
    for (let first = from; first < to; first += BATCH) {
      const batch = db.batch();
      for (let index = first; index < first + BATCH; index += 1) {
        batch.set(db.doc(`rows/${index}`), row(index));
      }
      await batch.commit();
    }
  };
  const held = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  await fill(0, 2 * BATCH);
  const before = held();
  await fill(2 * BATCH, 2 * BATCH + DOCUMENTS);
  const bytes = (held() - before) / DOCUMENTS;
  await db.terminate();
  await cloud.stop();
  return bytes;
}

/** A row of a box score: 20 fields, most of them numbers. */
function row(index: number): object {
  const numbers = Array.from({ length: 14 }, (_, field) => [`stat_${field}`, (index * (field + 1)) % 97]);
  return {
    game_id: `00223${index % 1230}`,
    player: `Player ${index}`,
    team: 'LAL',
    is_starter: index % 2 === 0,
    share: index / 7,
    played_at: new Date(1_700_000_000_000 + index * 1000),
    ...Object.fromEntries(numbers),
  };
}
