import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { requireSame, type Side } from '../sequences.ts';
import { carryOut, type Stage } from './carry-out.ts';
import { anySequence, type Operation } from './operations.ts';

/** Connects the official client to two Firestores. @param hosts of the embedded cloud and of Google's emulator. */
export function connectFirestores(hosts: readonly [string, string]): Side {
  const clients = hosts.map(
    (host) =>
      new Firestore({
        projectId: 'demo-differential',
        host,
        ssl: false,
        preferRest: false,
        customHeaders: { Authorization: 'Bearer owner' },
      }),
  );
  return {
    name: 'firestore',
    any: anySequence,
    async run(operations) {
      const run = randomUUID();
      const stages: Stage[] = clients.map((db) => ({
        games: db.collection(`runs/${run}/games-${run}`),
        commits: [],
        listeners: [],
      }));
      try {
        for (const [step, operation] of (operations as readonly Operation[]).entries()) {
          const outcomes = await Promise.all(stages.map((stage) => carryOut(stage, operation)));
          requireSame(step, operation, outcomes);
        }
      } finally {
        for (const { listeners } of stages) for (const { stop } of listeners) stop();
      }
    },
    async close() {
      await Promise.all(clients.map((client) => client.terminate()));
    },
  };
}
