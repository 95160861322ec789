import { afterAll, beforeAll, describe } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { describeUnserved } from './behaviour/refusals.suite.ts';
import { describeFirestore } from './behaviour/suite.ts';
import { connectBackend, type FirestoreBackend } from './world.ts';

describe('the embedded Firestore behaves as documented', () => {
  let cloud: EmbeddedCloud;
  let backend: FirestoreBackend;
  beforeAll(async () => {
    cloud = await startEmbeddedCloud();
    backend = connectBackend('embedded', cloud.firestore_host);
  });
  afterAll(async () => {
    await backend.raw.close();
    await cloud.stop();
  });

  describeFirestore(() => backend);
  describeUnserved(() => backend);
});
