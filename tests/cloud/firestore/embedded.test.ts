import { afterAll, beforeAll, describe } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { describeFirestore } from './suite.ts';

describe('the embedded Firestore behaves as documented', () => {
  let cloud: EmbeddedCloud;
  beforeAll(async () => {
    cloud = await startEmbeddedCloud();
  });
  afterAll(() => cloud.stop());

  describeFirestore(() => ({ name: 'embedded', host: cloud.firestore_host }));
});
