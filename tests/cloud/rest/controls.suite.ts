import { beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type RestBackend, type RestWorld, send } from './client.ts';

const GAME = { fields: { points: { integerValue: '1' } } };

/** States what scripts ask of emulators beside the APIs. */
export function describeControls(backend: () => RestBackend): void {
  describe('the control of a cloud', () => {
    let world: RestWorld;
    beforeEach(() => {
      world = openWorld(backend());
    });

    const documentsOf = async (of: RestWorld) => {
      const { json } = await of.firestore('GET', '/games');
      return (json as { documents?: readonly unknown[] }).documents ?? [];
    };

    test('all documents of one database are removed at once, and those of others stay', async () => {
      const other = openWorld(backend());
      for (const each of [world, other]) {
        await each.firestore('PATCH', '/games/a', GAME);
        await each.firestore('PATCH', '/games/a/plays/b', GAME);
      }
      const { firestore_host } = backend();
      const database = `emulator/v1/projects/${world.project}/databases/(default)`;
      const cleared = await send('DELETE', `http://${firestore_host}/${database}/documents`);
      expect(cleared).toEqual({ status: 200, json: {} });
      expect(await documentsOf(world)).toEqual([]);
      expect((await world.firestore('GET', '/games/a/plays/b')).status).toBe(404);
      expect(await documentsOf(other)).toHaveLength(1);
    });

    test('a reset of Firestore leaves no document', async () => {
      await world.firestore('PATCH', '/games/a', GAME);
      expect((await send('POST', `http://${backend().firestore_host}/reset`)).status).toBe(200);
      expect(await documentsOf(world)).toEqual([]);
    });

    test('a reset of Pub/Sub leaves no topic and no subscription, and both can be created again', async () => {
      const create = async () => {
        const topic = await world.pubsub('PUT', '/topics/box-scores');
        const body = { topic: world.topicName('box-scores') };
        return [topic.status, (await world.pubsub('PUT', '/subscriptions/reader', body)).status];
      };
      await create();
      expect((await send('POST', `http://${backend().pubsub_host}/reset`)).status).toBe(200);
      await gone(() => world.pubsub('GET', '/topics/box-scores'));
      await gone(() => world.pubsub('GET', '/subscriptions/reader'));
      expect(await create()).toEqual([200, 200]);
    });
  });
}

/** Asks until the answer is that there is nothing; the test's time limit ends a wait in vain. */
async function gone(ask: () => Promise<{ readonly status: number }>): Promise<void> {
  while ((await ask()).status !== 404) await new Promise((resolve) => setImmediate(resolve));
}
