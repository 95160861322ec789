import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findGoogleEmulators, startGoogleEmulators } from '../../../conformance/cloud/google-emulators.ts';
import { startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { eitherOf, keptAfter, lostSince, type Outcome, type Passed } from './compare.ts';
import { type Hosts, runSuite } from './run.ts';
import { SUITES, type Suite } from './suites.ts';
import { type Row, withTable } from './table.ts';

const PASSED = fileURLToPath(new URL('passed.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../docs/embedded-cloud.md', import.meta.url));

type Start = () => Promise<Hosts & { stop(): Promise<void> }>;

/** Runs every suite that the folder has, on both clouds. @returns the exit code. */
async function main(folder: string | undefined): Promise<number> {
  const present = SUITES.filter((suite) => folder !== undefined && hasSuite(folder, suite));
  if (folder === undefined || present.length === 0) {
    process.stderr.write(
      'Usage: npm run test:google-suites -- DIR\nDIR holds nodejs-firestore or nodejs-pubsub, installed and compiled; ' +
        'tests/cloud/google-suites/README.md says how.\n',
    );
    return 2;
  }
  const found = await findGoogleEmulators();
  if (typeof found === 'string') process.stdout.write(`Google's emulators are left out: ${found}\n`);
  const kept: Passed = existsSync(PASSED) ? JSON.parse(readFileSync(PASSED, 'utf8')) : {};
  const passed: Record<string, readonly string[]> = { ...kept };
  const rows: Row[] = [];
  let lost = 0;
  for (const suite of present) {
    const embedded = await runTwice(suite, resolve(folder), startEmbeddedCloud, kept[suite.id] ?? []);
    const google =
      typeof found === 'string' ? undefined : await runOn(suite, resolve(folder), startGoogleEmulators);
    rows.push({ label: suite.label, embedded, google });
    const missing = lostSince(kept[suite.id] ?? [], embedded);
    for (const title of missing)
      process.stdout.write(`${suite.id}: passed before and does not now: ${title}\n`);
    for (const title of embedded.failed) {
      const there =
        google === undefined ? '' : google.passed.has(title) ? ', passes there' : ', fails there too';
      process.stdout.write(`${suite.id}: fails: ${title}${there}\n`);
    }
    lost += missing.length;
    passed[suite.id] = keptAfter(kept[suite.id] ?? [], embedded);
    process.stdout.write(`${suite.id}: ${embedded.passed.size} passed, ${embedded.failed.size} failed\n`);
    writeFileSync(PASSED, `${JSON.stringify(passed, null, 2)}\n`);
    writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), rows));
  }
  return lost === 0 ? 0 : 1;
}

function hasSuite(folder: string, { folder: own, files }: Suite): boolean {
  return files.every((file) => existsSync(join(folder, own, file)));
}

/** Tries again where a test that passed before did not: some race against time. */
async function runTwice(
  suite: Suite,
  folder: string,
  start: Start,
  kept: readonly string[],
): Promise<Outcome> {
  const first = await runOn(suite, folder, start);
  if (lostSince(kept, first).length === 0) return first;
  return eitherOf(first, await runOn(suite, folder, start));
}

async function runOn(suite: Suite, folder: string, start: Start): Promise<Outcome> {
  const cloud = await start();
  try {
    return await runSuite(suite, folder, cloud);
  } finally {
    await cloud.stop();
  }
}

process.exitCode = await main(process.argv[2]);
