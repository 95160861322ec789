import { afterAll, beforeAll, describe } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { describeRestCallers } from '../rest/callers.suite.ts';
import type { RestBackend } from '../rest/client.ts';
import { describeControls } from '../rest/controls.suite.ts';
import { describeFirestoreRest } from '../rest/firestore.suite.ts';
import { describePubsubRest } from '../rest/pubsub.suite.ts';
import { emptyFolder } from './folder.ts';

describe('the embedded cloud with a folder speaks REST', () => {
  const folder = emptyFolder();
  let cloud: EmbeddedCloud;
  beforeAll(async () => {
    cloud = await startEmbeddedCloud({ data: folder });
  });
  afterAll(() => cloud.stop());

  const backend = (): RestBackend => ({ name: 'embedded', ...cloud });
  describePubsubRest(backend);
  describeFirestoreRest(backend);
  describeRestCallers(backend);
  describeControls(backend);
});
