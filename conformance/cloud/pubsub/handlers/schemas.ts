import { randomBytes } from 'node:crypto';
import type { protos } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import type { Clock } from '../../clock.ts';
import { RpcError, type ServiceHandlers, type Wire } from '../../rpc/service.ts';
import type { Broker } from '../broker/broker.ts';
import { requireName, requireProject } from '../requests/names.ts';
import { requireDefinition, type Schema } from '../schemas/definition.ts';
import { pageOf } from './page.ts';

/** Serves schemas as texts with a name: created, read, listed, deleted and checked. No message is held to one. */
export function schemaHandlers({ schemas }: Broker, clock: Clock): ServiceHandlers {
  const named = (name: string | null | undefined) => {
    const full = requireName('schemas', 'name', name);
    const found = schemas.get(full);
    if (found === undefined)
      throw new RpcError(status.NOT_FOUND, `schema ${full} does not exist; create it first`);
    return found;
  };
  return {
    unary: {
      CreateSchema(request: protos.google.pubsub.v1.ICreateSchemaRequest) {
        const name = requireName('schemas', 'schema_id', `${request.parent}/schemas/${request.schemaId}`);
        if (schemas.has(name)) throw new RpcError(status.ALREADY_EXISTS, `schema ${name} exists already`);
        const definition = requireDefinition(request.schema?.type, request.schema?.definition);
        const now_ms = clock.nowMs();
        const revisionCreateTime = {
          seconds: String(Math.floor(now_ms / 1000)),
          nanos: (Math.floor(now_ms) % 1000) * 1e6,
        };
        const schema = {
          name,
          ...definition,
          revisionId: randomBytes(4).toString('hex'),
          revisionCreateTime,
        };
        schemas.set(name, schema);
        return { ...schema };
      },
      GetSchema: ({ name, view }: protos.google.pubsub.v1.IGetSchemaRequest) =>
        shown(named(name), view !== 'BASIC'),
      ListSchemas(request: protos.google.pubsub.v1.IListSchemasRequest) {
        const prefix = `projects/${requireProject(request.parent)}/`;
        const all = [...schemas.values()].filter(({ name }) => name.startsWith(prefix));
        const sorted = all.sort((a, b) => (a.name < b.name ? -1 : 1));
        const { page, nextPageToken } = pageOf(sorted, request);
        return { schemas: page.map((each) => shown(each, request.view === 'FULL')), nextPageToken };
      },
      DeleteSchema({ name }: protos.google.pubsub.v1.IDeleteSchemaRequest) {
        schemas.delete(named(name).name);
        return {};
      },
      ValidateSchema({ schema }: protos.google.pubsub.v1.IValidateSchemaRequest) {
        requireDefinition(schema?.type, schema?.definition);
        return {};
      },
    },
  };
}

function shown(schema: Schema, whole: boolean): Wire {
  return whole ? { ...schema } : { ...schema, definition: '' };
}
