import { afterAll, beforeAll, describe } from 'vitest';
import { type GoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { describeFirestore } from '../firestore/suite.ts';

describe("Google's Firestore emulator behaves as the embedded one, save for the known differences", () => {
  let emulators: GoogleEmulators;
  beforeAll(async () => {
    emulators = await startGoogleEmulators();
  });
  afterAll(() => emulators.stop());

  describeFirestore(() => ({ name: 'google', host: emulators.firestore_host }));
});
