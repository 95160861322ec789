import { randomUUID } from 'node:crypto';
import { fc } from '@fast-check/vitest';
import { Firestore } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type GoogleEmulators,
  startGoogleEmulators,
} from '../../../../conformance/cloud/google-emulators.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../../conformance/cloud/server.ts';
import { anyOperation, carryOut, type Operation } from './operations.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

const SEQUENCES = Number(process.env['SEQUENCES'] ?? 100);

describe('the embedded Firestore and the one of Google, side by side', () => {
  let emulators: GoogleEmulators;
  let cloud: EmbeddedCloud;
  let clients: readonly Firestore[];
  beforeAll(async () => {
    [emulators, cloud] = await Promise.all([startGoogleEmulators(), startEmbeddedCloud()]);
    clients = [cloud, emulators].map(
      ({ firestore_host }) =>
        new Firestore({
          projectId: 'demo-differential',
          host: firestore_host,
          ssl: false,
          preferRest: false,
          customHeaders: { Authorization: 'Bearer owner' },
        }),
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.terminate()));
    await Promise.all([emulators.stop(), cloud.stop()]);
  });

  const runBoth = async (operations: readonly Operation[]) => {
    const run = `runs/${randomUUID()}/games`;
    const collections = clients.map((db) => db.collection(run));
    for (const [step, operation] of operations.entries()) {
      const [embedded, google] = await Promise.all(collections.map((games) => carryOut(games, operation)));
      expect(embedded, `step ${step}, ${JSON.stringify(operation)}`).toEqual(google);
    }
  };

  test(
    `${SEQUENCES} sequences of operations have the same outcome, step by step`,
    async () => {
      const sequences = fc.array(anyOperation, { minLength: 1, maxLength: 12 });
      await fc.assert(fc.asyncProperty(sequences, runBoth), { numRuns: SEQUENCES });
    },
    Math.max(120_000, SEQUENCES * 3000),
  );

  test('transactions that contend for one document both count', async () => {
    await runBoth([{ kind: 'contend', id: 'a' }]);
  });
});
