// Exits 0 where Google's emulators can be started, and else says what is missing and exits 1.
import { register } from 'tsx/esm/api';

register();
const { findGoogleEmulators } = await import('../../conformance/cloud/google-emulators.ts');
const found = await findGoogleEmulators();
if (typeof found === 'string') {
  console.log(`Google's emulators are not judged here: ${found}`);
  process.exitCode = 1;
}
