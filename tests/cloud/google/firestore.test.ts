import { afterAll, beforeAll, describe } from 'vitest';
import { type GoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { describeFirestore } from '../firestore/behaviour/suite.ts';
import { connectBackend, type FirestoreBackend } from '../firestore/world.ts';

describe("Google's Firestore emulator behaves as the embedded one, save for the known differences", () => {
  let emulators: GoogleEmulators;
  let backend: FirestoreBackend;
  beforeAll(async () => {
    emulators = await startGoogleEmulators();
    backend = connectBackend('google', emulators.firestore_host);
  });
  afterAll(async () => {
    await backend.raw.close();
    await emulators.stop();
  });

  describeFirestore(() => backend);
});
