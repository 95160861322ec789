import { afterAll, beforeAll, describe } from 'vitest';
import { type GoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { describePubsub } from '../pubsub/behaviour/suite.ts';
import { type Backend, poll } from '../pubsub/drive/backend.ts';

describe("Google's Pub/Sub emulator behaves as documented, apart from the listed differences", () => {
  let emulators: GoogleEmulators;
  let backend: Backend;
  beforeAll(async () => {
    emulators = await startGoogleEmulators();
    backend = {
      name: 'google',
      pubsub_host: emulators.pubsub_host,
      nowMs: () => performance.now(),
      epochMs: Date.now,
      fastForward: async () => {},
      until: (condition) => poll(condition, async () => {}),
      stop: emulators.stop,
    };
  });
  afterAll(() => emulators.stop());

  describePubsub(() => backend);
});
