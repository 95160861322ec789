import { v1 } from '@google-cloud/pubsub';
import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Backend, startEmbeddedBackend } from './drive/backend.ts';
import { type Clients, connect, type World } from './drive/world.ts';

/** Expects a refusal that names what is missing. */
async function expectUnserved(call: Promise<unknown>, name: string): Promise<void> {
  await expect(call).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
    details: expect.stringContaining(name),
  });
}

describe('what the embedded Pub/Sub does not serve says so by name', () => {
  let backend: Backend;
  let clients: Clients;
  let world: World;
  let topic: string;
  beforeAll(async () => {
    backend = await startEmbeddedBackend();
    clients = connect(backend);
  });
  beforeEach(async () => {
    world = clients.newWorld();
    topic = await world.createTopic('box-scores');
  });
  afterAll(async () => {
    await clients.close();
    await backend.stop();
  });

  test.each([
    ['bigquery_config', { bigqueryConfig: { table: 'p.d.t' } }],
    ['cloud_storage_config', { cloudStorageConfig: { bucket: 'b' } }],
    ['message_transforms', { messageTransforms: [{ disabled: true }] }],
    ['tags', { tags: { a: 'b' } }],
    [
      'push_config.attributes x-goog-version=v1beta1',
      { pushConfig: { attributes: { 'x-goog-version': 'v1beta1' } } },
    ],
  ])('a subscription with %s', async (name, extra) => {
    await expectUnserved(world.createSubscription('reader', topic, extra), name);
    await expect(
      world.subscriber.getSubscription({ subscription: world.subscriptionName('reader') }),
    ).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('a time to live below a day is refused, as the service refuses it', async () => {
    const expirationPolicy = { ttl: { seconds: 86_399 } };
    await expect(world.createSubscription('reader', topic, { expirationPolicy })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('expiration_policy.ttl'),
    });
  });

  test.each([
    ['schema_settings', { schemaSettings: { schema: 'projects/p/schemas/s' } }],
    ['kms_key_name', { kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' }],
    ['message_storage_policy', { messageStoragePolicy: { allowedPersistenceRegions: ['us-east1'] } }],
    ['ingestion_data_source_settings', { ingestionDataSourceSettings: {} }],
    ['message_transforms', { messageTransforms: [{ disabled: true }] }],
    ['tags', { tags: { a: 'b' } }],
  ])('a topic with %s', async (name, extra) => {
    const creation = world.publisher.createTopic({ ...extra, name: world.topicName('other') });
    await expectUnserved(creation, `topic.${name}`);
  });

  test('revisions of schemas, and messages held to one', async () => {
    const [servicePath = '', port] = backend.pubsub_host.split(':');
    const schemas = new v1.SchemaServiceClient({
      servicePath,
      port: Number(port),
      sslCreds: credentials.createInsecure(),
      projectId: world.project,
    });
    const parent = `projects/${world.project}`;
    const name = `${parent}/schemas/play`;
    await expectUnserved(schemas.commitSchema({ name, schema: {} }), 'CommitSchema');
    await expectUnserved(schemas.listSchemaRevisions({ name }), 'ListSchemaRevisions');
    await expectUnserved(schemas.validateMessage({ parent, name }), 'ValidateMessage');
    await schemas.close();
  });

  test('the refusal tells where to read on', async () => {
    const creation = world.createSubscription('reader', topic, { tags: { a: 'b' } });
    await expect(creation).rejects.toMatchObject({
      details: expect.stringContaining('docs/embedded-cloud.md'),
    });
  });
});
