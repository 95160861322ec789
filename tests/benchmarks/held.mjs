// Loaded into each process that is measured (`node --import`): says from time to time how much it holds after everything
// that can be collected is collected. What the operating system sees beside that is room which V8 keeps for later.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const EVERY_MS = 10_000;
const folder = process.env['HELD_FOLDER'];

if (folder !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  setInterval(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(join(folder, String(process.pid)), ((heapUsed + external) / 2 ** 20).toFixed(1));
  }, EVERY_MS).unref();
}
