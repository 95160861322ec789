import { afterAll, beforeAll, describe } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { describeUnserved } from '../firestore/behaviour/refusals.suite.ts';
import { describeFirestore } from '../firestore/behaviour/suite.ts';
import { connectBackend, type FirestoreBackend } from '../firestore/world.ts';
import { emptyFolder } from './folder.ts';

describe('the embedded Firestore with a folder behaves as documented', () => {
  const folder = emptyFolder();
  let cloud: EmbeddedCloud;
  let backend: FirestoreBackend;
  beforeAll(async () => {
    cloud = await startEmbeddedCloud({ data: folder });
    backend = connectBackend('embedded', cloud.firestore_host);
  });
  afterAll(async () => {
    await backend.raw.close();
    await cloud.stop();
  });

  describeFirestore(() => backend);
  describeUnserved(() => backend);
});
