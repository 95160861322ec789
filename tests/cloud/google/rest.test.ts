import { afterAll, beforeAll, describe } from 'vitest';
import { type GoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { describeRestCallers } from '../rest/callers.suite.ts';
import { describeControls } from '../rest/controls.suite.ts';
import { describeFirestoreRest } from '../rest/firestore.suite.ts';
import { describePubsubRest } from '../rest/pubsub.suite.ts';

describe("Google's emulators speak REST as the embedded cloud does", () => {
  let emulators: GoogleEmulators;
  beforeAll(async () => {
    emulators = await startGoogleEmulators();
  });
  afterAll(() => emulators.stop());

  const backend = () => ({ name: 'google' as const, ...emulators });
  describePubsubRest(backend);
  describeFirestoreRest(backend);
  describeRestCallers(backend);
  describeControls(backend);
});
