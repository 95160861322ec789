import { v1 } from '@google-cloud/pubsub';
import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Backend, departs } from '../drive/backend.ts';
import { type Clients, connect, type World } from '../drive/world.ts';

const INVALID = { code: status.INVALID_ARGUMENT };
const PLAY = {
  type: 'record',
  name: 'Play',
  fields: [
    { name: 'points', type: 'int' },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'before', type: ['null', 'Play'] },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['SHOT', 'FOUL'] } },
    { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 16 } },
  ],
};

/** States how schemas are kept and checked. */
export function describeSchemas(backend: () => Backend): void {
  describe('schemas', () => {
    let clients: Clients;
    let world: World;
    let schemas: v1.SchemaServiceClient;
    beforeAll(() => {
      clients = connect(backend());
      const [servicePath = '', port] = backend().pubsub_host.split(':');
      const sslCreds = credentials.createInsecure();
      schemas = new v1.SchemaServiceClient({ servicePath, port: Number(port), sslCreds, projectId: 'demo' });
    });
    beforeEach(() => {
      world = clients.newWorld();
    });
    afterAll(async () => {
      await schemas.close();
      await clients.close();
    });

    const parent = () => `projects/${world.project}`;
    const avro = (schema: unknown) => ({ type: 'AVRO' as const, definition: JSON.stringify(schema) });
    const create = (schemaId: string) =>
      schemas.createSchema({ parent: parent(), schemaId, schema: avro(PLAY) });

    test('a schema is created, read with or without its definition, listed and deleted', async () => {
      const name = `${parent()}/schemas/play`;
      expect((await schemas.listSchemas({ parent: parent() }))[0]).toEqual([]);
      await create('play');
      await expect(create('play')).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
      const [whole] = await schemas.getSchema({ name, view: 'FULL' });
      expect(whole).toMatchObject({ name, ...avro(PLAY) });
      expect((await schemas.getSchema({ name, view: 'BASIC' }))[0].definition).toBe('');
      const [listed] = await schemas.listSchemas({ parent: parent(), view: 'BASIC' });
      expect(listed).toMatchObject([{ name, definition: '' }]);
      await schemas.deleteSchema({ name });
      await expect(schemas.getSchema({ name })).rejects.toMatchObject({ code: status.NOT_FOUND });
    });

    test('a sound definition passes, in Avro and in Protocol Buffers', async () => {
      const definition = 'syntax = "proto3"; message Play { int32 points = 1; repeated string tags = 2; }';
      await schemas.validateSchema({ parent: parent(), schema: avro(PLAY) });
      const schema = { type: 'PROTOCOL_BUFFER' as const, definition };
      const check = schemas.validateSchema({ parent: parent(), schema });
      if (!departs(backend(), 'protobuf-schemas')) await check;
      else await expect(check).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
    });

    test.each<[string, unknown]>([
      ['no type', { not_actually: 'avro' }],
      ['an unknown type', { ...PLAY, fields: [{ name: 'points', type: 'number' }] }],
      ['a field without a name', { ...PLAY, fields: [{ type: 'int' }] }],
      [
        'a field twice',
        {
          ...PLAY,
          fields: [
            { name: 'a', type: 'int' },
            { name: 'a', type: 'int' },
          ],
        },
      ],
      ['no fields', { type: 'record', name: 'Play' }],
      ['no name', { type: 'record', fields: [] }],
      ['a union in a union', { ...PLAY, fields: [{ name: 'a', type: ['null', ['int']] }] }],
    ])('an Avro schema with %s is INVALID_ARGUMENT', async (_, schema) => {
      const check = schemas.validateSchema({ parent: parent(), schema: avro(schema) });
      await expect(check).rejects.toMatchObject(INVALID);
    });

    test.each([
      ['AVRO' as const, 'a text that is no schema'],
      ['PROTOCOL_BUFFER' as const, 'message {'],
      ['PROTOCOL_BUFFER' as const, 'syntax = "proto3"; message A {} message B {}'],
    ])('as %s, "%s" is INVALID_ARGUMENT', async (type, definition) => {
      const check = schemas.validateSchema({ parent: parent(), schema: { type, definition } });
      const departed = type === 'PROTOCOL_BUFFER' && departs(backend(), 'protobuf-schemas');
      await expect(check).rejects.toMatchObject(departed ? { code: status.UNIMPLEMENTED } : INVALID);
    });
  });
}
