import { afterAll, beforeAll, describe } from 'vitest';
import { describePubsub } from './behaviour/suite.ts';
import { type Backend, startEmbeddedBackend } from './drive/backend.ts';

describe('the embedded Pub/Sub behaves as documented', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await startEmbeddedBackend();
  });
  afterAll(() => backend.stop());

  describePubsub(() => backend);
});
