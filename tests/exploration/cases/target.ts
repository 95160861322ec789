import { Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';
import type { EmbeddedCloud } from '../../../conformance/cloud/server.ts';

// The clients would otherwise look for a metadata server that is not there, and warn about it.
process.env['METADATA_SERVER_DETECTION'] = 'none';

/** Handles one completion of a date on which `needed` make a trigger; true to ack. */
export type Deliver = (name: string, game_date: string, needed: number) => Promise<boolean>;

/** A small fan-in on the official clients, right and wrong. */
export interface Target {
  readonly compareAndSet: Deliver;
  readonly transaction: Deliver;
  readonly checkThenAct: Deliver;
  close(): Promise<void>;
}

const TOPIC = 'nba-phase4-trigger';
const ATTEMPTS_MAX = 10;

/** Connect to the embedded cloud. @param idOf names the document of a date. */
export async function connectTarget(
  cloud: EmbeddedCloud,
  projectId: string,
  idOf: (game_date: string) => string = (game_date) => game_date,
): Promise<Target> {
  const [host = '', port] = cloud.firestore_host.split(':');
  const firestore = new Firestore({
    projectId,
    host,
    port: Number(port),
    ssl: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  const pubsub = new PubSub({ projectId, apiEndpoint: cloud.pubsub_host, emulatorMode: true });
  await pubsub.createTopic(TOPIC).catch((error: unknown) => {
    if (!isConflict(error)) throw error;
  });
  const topic = pubsub.topic(TOPIC, { batching: { maxMessages: 1 } });
  const trigger = (game_date: string) => topic.publishMessage({ json: { game_date } });

  return {
    async compareAndSet(name, game_date, needed) {
      const document = firestore.doc(`phase3_completion/${idOf(game_date)}`);
      for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
        const found = await document.get();
        const state = { ...found.data(), [name]: true };
        const isNew = found.get(name) === undefined;
        try {
          if (!found.exists) await document.create(state);
          else if (isNew) await document.update(name, true, { lastUpdateTime: found.updateTime });
        } catch (error) {
          if (isConflict(error)) continue;
          throw error;
        }
        if (isNew && Object.keys(state).length === needed) await trigger(game_date);
        return true;
      }
      return false;
    },
    async transaction(name, game_date, needed) {
      const document = firestore.doc(`phase3_completion/${idOf(game_date)}`);
      const completes = await firestore.runTransaction(async (transaction) => {
        const state = (await transaction.get(document)).data() ?? {};
        if (name in state) return false;
        transaction.set(document, { ...state, [name]: true });
        return Object.keys(state).length + 1 === needed;
      });
      if (completes) await trigger(game_date);
      return true;
    },
    async checkThenAct(name, game_date, needed) {
      const document = firestore.doc(`phase3_completion/${idOf(game_date)}`);
      const state = { ...(await document.get()).data(), [name]: true };
      await document.set(state);
      if (Object.keys(state).length === needed) await trigger(game_date);
      return true;
    },
    async close() {
      await Promise.all([firestore.terminate(), pubsub.close()]);
    },
  };
}

/** NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED. */
function isConflict(error: unknown): boolean {
  return [5, 6, 9, 10].includes(Number((error as { readonly code?: unknown }).code));
}
