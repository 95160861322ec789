import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleCloud } from './program.ts';
import { runKills } from './run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    sync: { type: 'boolean', default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'embedded-cloud-kills-'));
const started_ms = Date.now();
const result = await runKills(
  {
    file: await bundleCloud(folder),
    args: ['--data', join(folder, 'data'), ...(values.sync ? ['--sync'] : [])],
    kills: Number(values.kills),
    seed: Number(values.seed),
  },
  (kills, book) => {
    if (kills % 20 === 0)
      process.stdout.write(`${kills} kills, ${book.answers} answers, ${book.faults.length} faults\n`);
  },
);
const { kills, answers, commits, published, acked, faults } = result;
for (const fault of faults) process.stdout.write(`${fault}\n`);
const again = `npm run test:kills -- --kills ${values.kills} --seed ${values.seed}${values.sync ? ' --sync' : ''}`;
process.stdout.write(
  `${kills} kills in ${Math.round((Date.now() - started_ms) / 1000)} s: ${answers} answers, of them ${commits} commits, ` +
    `${published} messages published and ${acked} acked; ${faults.length === 0 ? 'nothing of it was lost, and no message came again after its ack was answered' : `${faults.length} faults`}. Again: ${again}\n`,
);
if (faults.length === 0) rmSync(folder, { recursive: true });
else process.stdout.write(`The folder is ${folder}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
