import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findGoogleEmulators } from '../../conformance/cloud/google-emulators.ts';
import { FIRESTORE_DIFFERENCES, PUBSUB_DIFFERENCES } from './differences.ts';

const DOCUMENT = readFileSync(new URL('../../docs/embedded-cloud.md', import.meta.url), 'utf8');

describe("the differences between the embedded cloud and Google's emulators", () => {
  test.each(Object.entries({ ...PUBSUB_DIFFERENCES, ...FIRESTORE_DIFFERENCES }))(
    '%s is documented word by word',
    (id, { service, emulator }) => {
      expect(DOCUMENT).toContain(`| \`${id}\` | ${service} | ${emulator} |`);
    },
  );

  test('a run says which clouds it judged', async () => {
    const found = await findGoogleEmulators();
    const others =
      typeof found === 'string'
        ? `Google's emulators are not here, so they were not judged: ${found}`
        : "Google's emulators are installed; `npm run test:emulators` judges them";
    process.stdout.write(`The embedded cloud was judged. ${others}.\n`);
    expect(others).not.toBe('');
  });
});
