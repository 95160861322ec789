import { findGoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { freshServices } from '../../../reference/services/bundle.mjs';
import { type CascadeFigures, type Hosts, measureCascade } from './cascade.ts';
import { measureHops } from './hops.ts';
import { table, written } from './numbers.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

async function onCloud(start: () => Promise<Hosts & { stop(): Promise<void> }>): Promise<CascadeFigures> {
  const cloud = await start();
  try {
    return await measureCascade(cloud);
  } finally {
    await cloud.stop();
    delete process.env['PUBSUB_EMULATOR_HOST'];
  }
}

async function cascades(): Promise<string> {
  const embedded = await onCloud(() => startEmbeddedCloud());
  const found = await findGoogleEmulators();
  const google = typeof found === 'string' ? undefined : await onCloud(startGoogleEmulators);
  if (typeof found === 'string')
    process.stderr.write(`bench:pipeline leaves out Google's emulators: ${found}\n`);
  const row = (name: string, of: keyof CascadeFigures): readonly string[] => [
    name,
    written(embedded[of]),
    google === undefined ? 'not run' : written(google[of]),
    google === undefined ? '-' : (google[of] / embedded[of]).toFixed(1),
  ];
  return table(
    ['five completions to level 3', 'embedded cloud', "Google's emulators", 'times'],
    [row('one date, median', 'alone_ms'), row('200 dates at once, the last', 'at_once_ms')],
  );
}

await freshServices();
process.stdout.write(`${await measureHops()}\n\n${await cascades()}\n`);
process.exit(0);
