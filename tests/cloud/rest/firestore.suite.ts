import { beforeEach, describe, expect, test } from 'vitest';
import { departs, openWorld, type RestBackend, type RestWorld, refused } from './client.ts';

const POINTS = (points: number) => ({ fields: { points: { integerValue: String(points) } } });

/** Every kind of value, as Firestore's REST API writes it. */
const EVERY_VALUE = {
  integer: { integerValue: '-9007199254740993' },
  double: { doubleValue: 1.5 },
  not_a_number: { doubleValue: 'NaN' },
  infinite: { doubleValue: '-Infinity' },
  nothing: { nullValue: null },
  no: { booleanValue: false },
  zero: { integerValue: '0' },
  empty: { stringValue: '' },
  time: { timestampValue: '2024-01-15T12:00:00.123Z' },
  whole_time: { timestampValue: '2024-01-15T12:00:00Z' },
  micros: { timestampValue: '2024-01-15T12:00:00.000001Z' },
  bytes: { bytesValue: 'aGk=' },
  place: { geoPointValue: { latitude: 1.5, longitude: -2.5 } },
  map: { mapValue: { fields: { inner: { stringValue: 'x' } } } },
  empty_map: { mapValue: {} },
  list: { arrayValue: { values: [{ integerValue: '1' }, { nullValue: null }] } },
  empty_list: { arrayValue: {} },
};

/** States what Firestore's REST API does, whoever serves it. */
export function describeFirestoreRest(backend: () => RestBackend): void {
  describe('Firestore over REST', () => {
    let world: RestWorld;
    beforeEach(() => {
      world = openWorld(backend());
    });

    const updateTimeOf = async (path: string) => {
      const { json } = await world.firestore('GET', path);
      return (json as { updateTime: string }).updateTime;
    };

    test('every kind of value is stored and comes back as it was sent', async () => {
      const reference = { referenceValue: world.documentName('games/b') };
      const fields = { ...EVERY_VALUE, reference };
      const created = await world.firestore('POST', '/games?documentId=a', { fields });
      const expected = { status: 200, json: { name: world.documentName('games/a'), fields } };
      expect(created).toMatchObject(expected);
      const read = await world.firestore('GET', '/games/a');
      expect(read).toMatchObject(expected);
      expect((read.json as { fields: object }).fields).toEqual(fields);
      expect(read.json).toMatchObject({ createTime: expect.any(String), updateTime: expect.any(String) });
    });

    test('an integer may come as a number and goes out as text', async () => {
      const written = await world.firestore('PATCH', '/games/a', {
        fields: { points: { integerValue: 31 } },
      });
      expect(written).toMatchObject({ status: 200, json: POINTS(31) });
    });

    test('a document can be created without fields, under an id of the server', async () => {
      const { status, json } = await world.firestore('POST', '/games');
      expect(status).toBe(200);
      expect(json).not.toHaveProperty('fields');
      const id = (json as { name: string }).name.split('/').at(-1) ?? '';
      expect(id).toMatch(/^[A-Za-z0-9]{20}$/);
    });

    test('a document that exists cannot be created again', async () => {
      await world.firestore('POST', '/games?documentId=a', POINTS(1));
      const again = await world.firestore('POST', '/games?documentId=a', POINTS(2));
      expect(again).toEqual(refused(409, 'ALREADY_EXISTS'));
    });

    test('a document that does not exist is NOT_FOUND with 404', async () => {
      expect(await world.firestore('GET', '/games/absent')).toEqual(refused(404, 'NOT_FOUND'));
    });

    test('a path with an odd number of segments lists a collection', async () => {
      await world.firestore('PATCH', '/games/a', POINTS(1));
      await world.firestore('PATCH', '/games/b', POINTS(2));
      await world.firestore('PATCH', '/games/a/notes/n', POINTS(3));
      expect((await world.firestore('GET', '/games')).json).toMatchObject({
        documents: [{ name: world.documentName('games/a') }, { name: world.documentName('games/b') }],
      });
      expect((await world.firestore('GET', '/games/a/notes')).json).toMatchObject({
        documents: [{ name: world.documentName('games/a/notes/n') }],
      });
      expect((await world.firestore('GET', '/absent')).json).toEqual({});
    });

    test('a mask leaves out other fields when reading and keeps them when writing', async () => {
      const fields = { points: { integerValue: '1' }, team: { stringValue: 'LAL' } };
      await world.firestore('PATCH', '/games/a', { fields });
      const read = await world.firestore('GET', '/games/a?mask.fieldPaths=team');
      expect((read.json as { fields: object }).fields).toEqual({ team: { stringValue: 'LAL' } });
      const patched = await world.firestore('PATCH', '/games/a?updateMask.fieldPaths=points', POINTS(2));
      expect((patched.json as { fields: object }).fields).toEqual({ ...fields, ...POINTS(2).fields });
      const several = '/games/a?updateMask.fieldPaths=points&updateMask.fieldPaths=team';
      expect((await world.firestore('PATCH', several, POINTS(3))).json).toMatchObject(POINTS(3));
      expect((await world.firestore('GET', '/games/a')).json).not.toHaveProperty('fields.team');
    });

    test('a write goes through only if its precondition holds', async () => {
      const absent = await world.firestore('PATCH', '/games/a?currentDocument.exists=true', POINTS(1));
      expect(absent).toEqual(refused(404, 'NOT_FOUND'));
      await world.firestore('PATCH', '/games/a?currentDocument.exists=false', POINTS(1));
      const present = await world.firestore('PATCH', '/games/a?currentDocument.exists=false', POINTS(2));
      expect(present).toEqual(refused(409, 'ALREADY_EXISTS'));
      const updateTime = await updateTimeOf('/games/a');
      const update = { name: world.documentName('games/a'), ...POINTS(3) };
      const writes = [{ update, currentDocument: { updateTime } }];
      expect(await world.firestore('POST', ':commit', { writes })).toMatchObject({ status: 200 });
      expect(await world.firestore('POST', ':commit', { writes })).toEqual(
        refused(400, 'FAILED_PRECONDITION'),
      );
    });

    test('a precondition on the update time may come in the query', async () => {
      await world.firestore('PATCH', '/games/a', POINTS(1));
      const updateTime = encodeURIComponent(await updateTimeOf('/games/a'));
      const answer = await world.firestore(
        'PATCH',
        `/games/a?currentDocument.updateTime=${updateTime}`,
        POINTS(2),
      );
      expect(answer.status).toBe(departs(backend(), 'query-parameter-values') ? 400 : 200);
    });

    test('of many writers that saw the same version, one wins', async () => {
      await world.firestore('PATCH', '/games/a', POINTS(0));
      const updateTime = await updateTimeOf('/games/a');
      const commit = (points: number) => {
        const update = { name: world.documentName('games/a'), ...POINTS(points) };
        return world.firestore('POST', ':commit', { writes: [{ update, currentDocument: { updateTime } }] });
      };
      const answers = await Promise.all([1, 2, 3, 4, 5].map(commit));
      const losers = answers.filter(({ status }) => status !== 200);
      expect(losers).toHaveLength(4);
      for (const loser of losers) expect([400, 409]).toContain(loser.status);
    });

    test('a commit writes, transforms and deletes in one step', async () => {
      await world.firestore('PATCH', '/games/old', POINTS(1));
      const update = { name: world.documentName('games/new'), ...POINTS(1) };
      const updateTransforms = [
        { fieldPath: 'at', setToServerValue: 'REQUEST_TIME' },
        { fieldPath: 'points', increment: { integerValue: '2' } },
      ];
      const writes = [{ update, updateTransforms }, { delete: world.documentName('games/old') }];
      const { status, json } = await world.firestore('POST', ':commit', { writes });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        commitTime: expect.any(String),
        writeResults: [
          { transformResults: [{ timestampValue: expect.any(String) }, { integerValue: '3' }] },
          {},
        ],
      });
      expect((await world.firestore('GET', '/games/old')).status).toBe(404);
      expect((await world.firestore('GET', '/games/new')).json).toMatchObject(POINTS(3));
    });

    test('a commit one of whose preconditions fails writes nothing', async () => {
      const write = (path: string, exists: boolean) => ({
        update: { name: world.documentName(path), fields: {} },
        currentDocument: { exists },
      });
      const writes = [write('games/a', false), write('games/b', true)];
      expect(await world.firestore('POST', ':commit', { writes })).toEqual(refused(404, 'NOT_FOUND'));
      expect((await world.firestore('GET', '/games/a')).status).toBe(404);
    });

    test('a transaction reads, and commits or is rolled back', async () => {
      await world.firestore('PATCH', '/games/a', POINTS(1));
      const begin = async () => {
        const { json } = await world.firestore('POST', ':beginTransaction', {});
        return (json as { transaction: string }).transaction;
      };
      const transaction = await begin();
      const documents = [world.documentName('games/a')];
      const read = await world.firestore('POST', ':batchGet', { documents, transaction });
      expect(read.json).toMatchObject([{ found: POINTS(1) }]);
      if (!departs(backend(), 'query-parameter-values')) {
        const query = `?transaction=${encodeURIComponent(transaction)}`;
        expect((await world.firestore('GET', `/games/a${query}`)).json).toMatchObject(POINTS(1));
      }
      const writes = [{ update: { name: world.documentName('games/a'), ...POINTS(2) } }];
      expect(await world.firestore('POST', ':commit', { writes, transaction })).toMatchObject({
        status: 200,
      });
      const other = await begin();
      const rolled = await world.firestore('POST', ':rollback', { transaction: other });
      expect(rolled).toEqual({ status: 200, json: {} });
    });

    test('a batch get answers a list of what was found and what is missing', async () => {
      await world.firestore('PATCH', '/games/a', POINTS(1));
      const documents = [world.documentName('games/a'), world.documentName('games/none')];
      const { status, json } = await world.firestore('POST', ':batchGet', { documents });
      expect(status).toBe(200);
      expect(json).toHaveLength(2);
      expect(json).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ found: expect.objectContaining({ name: documents[0] }) }),
          expect.objectContaining({ missing: documents[1], readTime: expect.any(String) }),
        ]),
      );
    });

    test('a batch write tells for each write whether it was done', async () => {
      await world.firestore('PATCH', '/games/a', POINTS(1));
      const writes = ['games/a', 'games/b'].map((path) => ({
        update: { name: world.documentName(path), fields: {} },
        currentDocument: { exists: false },
      }));
      const { status, json } = await world.firestore('POST', ':batchWrite', { writes });
      expect(status).toBe(200);
      expect(json).toMatchObject({ status: [{ code: 6, message: expect.any(String) }, {}] });
    });

    test('a query filters, orders and limits; without a result it answers when it read', async () => {
      for (const points of [1, 2, 3]) await world.firestore('PATCH', `/games/g${points}`, POINTS(points));
      const field = { fieldPath: 'points' };
      const structuredQuery = {
        from: [{ collectionId: 'games' }],
        where: { fieldFilter: { field, op: 'GREATER_THAN', value: { integerValue: '1' } } },
        orderBy: [{ field, direction: 'DESCENDING' }],
        limit: 1,
      };
      const { status, json } = await world.firestore('POST', ':runQuery', { structuredQuery });
      expect(status).toBe(200);
      expect(json).toMatchObject([{ document: { name: world.documentName('games/g3') } }]);
      const nowhere = { structuredQuery: { from: [{ collectionId: 'absent' }] } };
      const none = await world.firestore('POST', ':runQuery', nowhere);
      expect(none.json).toMatchObject([{ readTime: expect.any(String) }]);
      expect(none.json).not.toHaveProperty('0.document');
    });

    test('an aggregation counts', async () => {
      for (const points of [1, 2, 3]) await world.firestore('PATCH', `/games/g${points}`, POINTS(points));
      const structuredQuery = { from: [{ collectionId: 'games' }] };
      const aggregations = [{ alias: 'games', count: {} }];
      const body = { structuredAggregationQuery: { structuredQuery, aggregations } };
      expect((await world.firestore('POST', ':runAggregationQuery', body)).json).toMatchObject([
        { result: { aggregateFields: { games: { integerValue: '3' } } } },
      ]);
    });

    test('collections are listed, of the database and of a document', async () => {
      await world.firestore('PATCH', '/games/a/notes/n', {});
      expect((await world.firestore('POST', ':listCollectionIds', {})).json).toEqual({
        collectionIds: ['games'],
      });
      expect((await world.firestore('POST', '/games/a:listCollectionIds', {})).json).toEqual({
        collectionIds: ['notes'],
      });
    });

    test('a document is deleted, and deleting what is not there is fine unless it must be', async () => {
      await world.firestore('PATCH', '/games/a', POINTS(1));
      expect(await world.firestore('DELETE', '/games/a')).toEqual({ status: 200, json: {} });
      expect(await world.firestore('DELETE', '/games/a')).toEqual({ status: 200, json: {} });
      const strict = await world.firestore('DELETE', '/games/a?currentDocument.exists=true');
      expect(strict).toEqual(refused(404, 'NOT_FOUND'));
    });

    test('percent codes in a path are decoded, and an encoded slash is refused', async () => {
      const written = await world.firestore('PATCH', '/games/a%3Ab%20%C3%A9', {});
      expect(written.json).toMatchObject({ name: world.documentName('games/a:b é') });
      expect(await world.firestore('PATCH', '/games/a%2Fb', {})).toEqual(refused(400, 'INVALID_ARGUMENT'));
    });

    test.each([
      ['a field that does not exist', { field: {} }],
      ['a value of no type', { fields: { n: { wrong: '12' } } }],
      ['two values at once', { fields: { n: { integerValue: '12', stringValue: 'x' } } }],
      ['text that is no integer', { fields: { n: { integerValue: '12x' } } }],
      ['a bare value', { fields: { n: '12' } }],
    ])('a document with %s is INVALID_ARGUMENT', async (_, document) => {
      const answer = await world.firestore('PATCH', '/games/a', document);
      expect(answer).toEqual(refused(400, 'INVALID_ARGUMENT'));
      expect((await world.firestore('GET', '/games/a')).status).toBe(404);
    });

    test('an operator that does not exist is INVALID_ARGUMENT', async () => {
      const fieldFilter = { field: { fieldPath: 'n' }, op: 'LIKE', value: { stringValue: 'x' } };
      const structuredQuery = { from: [{ collectionId: 'games' }], where: { fieldFilter } };
      const answer = await world.firestore('POST', ':runQuery', { structuredQuery });
      expect(answer).toEqual(refused(400, 'INVALID_ARGUMENT'));
    });

    test('a method that is not served is UNIMPLEMENTED with 501', async () => {
      const answer = await world.firestore('POST', ':partitionQuery', {});
      expect(answer).toEqual(refused(501, 'UNIMPLEMENTED'));
    });
  });
}
