import { afterAll, beforeAll, describe } from 'vitest';
import { type Backend, startEmbeddedBackend } from './backend.ts';
import { describePubsub } from './suite.ts';

describe('the embedded Pub/Sub behaves as documented', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await startEmbeddedBackend();
  });
  afterAll(() => backend.stop());

  describePubsub(() => backend);
});
