import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type GoogleEmulators,
  startGoogleEmulators,
} from '../../../../conformance/cloud/google-emulators.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../../conformance/cloud/server.ts';
import { connectFirestores } from './firestore/side.ts';
import { connectPubsubs } from './pubsub/side.ts';
import { type Found, type Side, trySequence } from './sequences.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

const SEQUENCES = 60;
const AT_ONCE = 12;
const SEED = 20_260_101;

describe('drawn sequences have the same outcome on the embedded cloud and on the emulators of Google, step by step', () => {
  let emulators: GoogleEmulators;
  let cloud: EmbeddedCloud;
  beforeAll(async () => {
    [emulators, cloud] = await Promise.all([startGoogleEmulators(), startEmbeddedCloud()]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([emulators.stop(), cloud.stop()]);
  });

  test(`${SEQUENCES} sequences of Firestore, seed ${SEED}`, async () => {
    const side = connectFirestores([cloud.firestore_host, emulators.firestore_host]);
    expect(await differencesOf(side)).toEqual([]);
  }, 600_000);

  test(`${SEQUENCES} sequences of Pub/Sub, seed ${SEED}`, async () => {
    const side = await connectPubsubs([cloud.pubsub_host, emulators.pubsub_host]);
    expect(await differencesOf(side)).toEqual([]);
  }, 600_000);
});

async function differencesOf(side: Side): Promise<readonly Found[]> {
  const differences: Found[] = [];
  let next = 0;
  const worker = async () => {
    for (let sequence = next++; sequence < SEQUENCES; sequence = next++) {
      const found = await trySequence(side, SEED + sequence);
      if (found !== undefined) differences.push(found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await side.close();
  return differences;
}
