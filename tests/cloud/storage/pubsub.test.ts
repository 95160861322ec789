import { afterAll, beforeAll, describe } from 'vitest';
import { describePubsub } from '../pubsub/behaviour/suite.ts';
import { type Backend, startEmbeddedBackend } from '../pubsub/drive/backend.ts';
import { emptyFolder } from './folder.ts';

describe('the embedded Pub/Sub with a folder behaves as documented', () => {
  const folder = emptyFolder();
  let backend: Backend;
  beforeAll(async () => {
    backend = await startEmbeddedBackend(folder);
  });
  afterAll(() => backend.stop());

  describePubsub(() => backend);
});
