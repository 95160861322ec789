import { Client, credentials, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { collect, departs, type FirestoreBackend, worldOfEachTest } from '../world.ts';

/** States which broken requests every Firestore refuses. */
export function describeRefusals(backend: () => FirestoreBackend): void {
  describeBrokenRequests(backend);
}

/** States what the embedded Firestore refuses because it does not serve it. */
export function describeUnserved(backend: () => FirestoreBackend): void {
  describeUnservedCalls(backend);
}

const INVALID_ARGUMENT = { code: status.INVALID_ARGUMENT };
const UNIMPLEMENTED = { code: status.UNIMPLEMENTED };

function describeBrokenRequests(backend: () => FirestoreBackend): void {
  describe('broken requests', () => {
    const world = worldOfEachTest(backend);
    test.each<[string, (name: string) => object]>([
      ['a write without an operation', () => ({})],
      ['a delete with a mask', (name) => ({ delete: name, updateMask: { fieldPaths: ['a'] } })],
      ['a broken path in a mask', (name) => ({ update: { name }, updateMask: { fieldPaths: ['a..b'] } })],
      [
        'an increment by text',
        (name) => ({
          update: { name },
          updateTransforms: [{ fieldPath: 'a', increment: { stringValue: '1' } }],
        }),
      ],
      [
        'a transform without a type',
        (name) => ({ update: { name }, updateTransforms: [{ fieldPath: 'a' }] }),
      ],
    ])('%s is INVALID_ARGUMENT', async (_, write) => {
      await expect(world().commit([write(world().name('c/1'))])).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('an array transform with an array as element is INVALID_ARGUMENT', async () => {
      const nested = { values: [{ arrayValue: { values: [] } }] };
      const update = { name: world().name('c/1') };
      const commit = world().commit([
        { update, updateTransforms: [{ fieldPath: 'a', appendMissingElements: nested }] },
      ]);
      if (departs(backend(), 'nested-array-transform')) await commit;
      else await expect(commit).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('a create after another write to its document, in one commit, is refused', async () => {
      const update = { name: world().name('c/1') };
      const commit = world().commit([{ update }, { update, currentDocument: { exists: false } }]);
      const code = departs(backend(), 'create-after-write') ? status.INVALID_ARGUMENT : status.ALREADY_EXISTS;
      await expect(commit).rejects.toMatchObject({ code });
    });

    test('a write to another project than the request names is INVALID_ARGUMENT', async () => {
      const name = 'projects/demo-another/databases/(default)/documents/c/1';
      const commit = world().commit([{ update: { name } }]);
      if (departs(backend(), 'other-database')) await commit;
      else await expect(commit).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('collections nest a hundred levels deep and no deeper', async () => {
      const deep = (levels: number) => ({
        update: { name: world().name('c/d/'.repeat(levels).slice(0, -1)) },
      });
      await world().commit([deep(100)]);
      await expect(world().commit([deep(101)])).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('a commit of more than 10 MiB is refused, and nothing of it is written', async () => {
      const text = { stringValue: 'x'.repeat(1_000_000) };
      const write = (id: number) => ({ update: { name: world().name(`c/${id}`), fields: { text } } });
      const writes = Array.from({ length: 11 }, (_, id) => write(id));
      await expect(world().commit(writes)).rejects.toMatchObject({
        code: departs(backend(), 'commit-size') ? status.RESOURCE_EXHAUSTED : status.INVALID_ARGUMENT,
      });
      expect((await world().db.doc('c/0').get()).exists).toBe(false);
    });

    test('a BatchWrite with two writes to one document is INVALID_ARGUMENT', async () => {
      const write = { update: { name: world().name('c/1') } };
      const request = { database: world().database, writes: [write, write] };
      await expect(world().raw.batchWrite(request, world().once)).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('a database or parent that is none is INVALID_ARGUMENT', async () => {
      const { raw, once, name } = world();
      await expect(raw.commit({ database: 'projects/p', writes: [] }, once)).rejects.toMatchObject(
        INVALID_ARGUMENT,
      );
      const list = raw.listDocuments({ parent: name('c'), collectionId: 'd' }, once);
      await expect(list).rejects.toMatchObject(INVALID_ARGUMENT);
    });
  });
}

function describeUnservedCalls(backend: () => FirestoreBackend): void {
  describe('what is not served', () => {
    const world = worldOfEachTest(backend);
    const from = [{ collectionId: 'c' }];
    const parent = () => world().name('');
    const numbers = { arrayValue: { values: [{ doubleValue: 1 }] } };
    const vector = { mapValue: { fields: { __type__: { stringValue: '__vector__' }, value: numbers } } };
    const nearest = {
      vectorField: { fieldPath: 'v' },
      queryVector: vector,
      distanceMeasure: 'COSINE' as const,
      limit: { value: 1 },
    };

    test.each<[string, () => Promise<unknown>]>([
      ['RunQuery.explain_options', () => world().query({ from }, { explainOptions: { analyze: true } })],
      ['StructuredQuery.select without fields', () => world().query({ from, select: {} })],
      [
        'ListDocuments.order_by',
        () => world().raw.listDocuments({ parent: parent(), collectionId: 'c', orderBy: 'v' }, world().once),
      ],
      [
        'BatchWrite.labels',
        () =>
          world().raw.batchWrite(
            { database: world().database, writes: [], labels: { a: 'b' } },
            world().once,
          ),
      ],
    ])('%s is refused by its name', async (name, call) => {
      await expect(call()).rejects.toMatchObject({
        ...UNIMPLEMENTED,
        details: expect.stringContaining(name),
      });
    });

    test('PartitionQuery is UNIMPLEMENTED', async () => {
      const request = { parent: parent(), structuredQuery: { from }, partitionCount: 2 };
      await expect(world().raw.partitionQuery(request, world().once)).rejects.toMatchObject(UNIMPLEMENTED);
    });

    test('ExecutePipeline and the Write stream are UNIMPLEMENTED, with their names', async () => {
      const { raw, once, database } = world();
      await expect(executePipeline(backend().host)).rejects.toMatchObject({
        ...UNIMPLEMENTED,
        details: expect.stringContaining('ExecutePipeline'),
      });
      const stream = raw.write(once);
      stream.write({ database });
      await expect(collect(stream)).rejects.toMatchObject({
        ...UNIMPLEMENTED,
        details: expect.stringContaining('Write'),
      });
    });

    test('a listener to what is not served is told by name and not left waiting', async () => {
      const target = {
        query: { parent: parent(), structuredQuery: { from, findNearest: nearest } },
        targetId: 1,
      };
      const { raw, once, database } = world();
      const stream = raw.listen(once);
      const refused = new Promise((resolve) => stream.once('data', resolve));
      stream.write({ database, addTarget: target });
      expect(await refused).toMatchObject({
        targetChange: {
          targetChangeType: 'REMOVE',
          cause: { code: status.UNIMPLEMENTED, message: expect.stringContaining('find_nearest') },
        },
      });
      const ended = new Promise((resolve) => stream.once('end', resolve));
      stream.resume();
      stream.end();
      await ended;
    });
  });
}

/** Calls the method below the clients, of which one lacks it and the other repeats it for seconds. */
async function executePipeline(host: string): Promise<unknown> {
  const client = new Client(host, credentials.createInsecure());
  const unchanged = (bytes: Buffer) => bytes;
  const method = '/google.firestore.v1.Firestore/ExecutePipeline';
  const stream = client.makeServerStreamRequest(method, unchanged, unchanged, Buffer.alloc(0));
  return collect(stream).finally(() => client.close());
}
