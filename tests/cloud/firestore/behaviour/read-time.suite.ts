import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { collect, departs, type FirestoreBackend, worldOfEachTest } from '../world.ts';

/** States how the past of a database is read. */
export function describeReadTime(backend: () => FirestoreBackend): void {
  describe('reads as of a time', () => {
    const world = worldOfEachTest(backend);

    /** Writes a value and returns the time of its commit. */
    const write = async (path: string, points: number) =>
      (await world().db.doc(path).set({ points })).writeTime;
    const from = [{ collectionId: 'games' }];
    const asOf = (time: FirebaseFirestore.Timestamp) => ({
      readTime: { seconds: time.seconds, nanos: time.nanoseconds },
    });

    test('a document is read as it was, and is missing before it was created', async () => {
      const before = await write('games/other', 0);
      const first = await write('games/a', 1);
      await write('games/a', 2);
      const read = async (time: FirebaseFirestore.Timestamp) => {
        const request = { database: world().database, documents: [world().name('games/a')], ...asOf(time) };
        const [answer] = await collect<{ found?: { fields?: object }; missing?: string }>(
          world().raw.batchGetDocuments(request, world().once),
        );
        return answer;
      };
      expect((await read(first))?.found?.fields).toMatchObject({ points: { integerValue: '1' } });
      expect((await read(before))?.missing).toBe(world().name('games/a'));
    });

    test('a query finds what was there, also what was deleted since', async () => {
      await write('games/a', 1);
      const time = await write('games/b', 2);
      await world().db.doc('games/a').delete();
      await write('games/c', 3);
      const answers = await world().query({ from }, asOf(time));
      expect(answers.map(({ document }) => document?.name)).toEqual([
        world().name('games/a'),
        world().name('games/b'),
      ]);
    });

    test('a read-only transaction can begin in the past', async () => {
      const time = await write('games/a', 1);
      await write('games/a', 2);
      const transaction = await world().begin({ readOnly: asOf(time) });
      const document = await world().read('games/a', transaction);
      expect(document?.fields).toMatchObject({ points: { integerValue: '1' } });
    });

    test('later than now is INVALID_ARGUMENT', async () => {
      const time = await write('games/a', 1);
      const later = { readTime: { seconds: time.seconds + 3600 } };
      await expect(world().query({ from }, later)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });

    test('long ago is FAILED_PRECONDITION', async () => {
      const time = await write('games/a', 1);
      const earlier = { readTime: { seconds: time.seconds - 7200 } };
      const reading = world().query({ from }, earlier);
      if (departs(backend(), 'old-read-time')) await reading;
      else await expect(reading).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
    });
  });
}
