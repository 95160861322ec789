import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Outcome, readOutcome } from './compare.ts';
import type { Suite } from './suites.ts';

/** The addresses of a cloud. */
export interface Hosts {
  readonly pubsub_host: string;
  readonly firestore_host: string;
}

const TEST_MS = 20_000;
const SUITE_MS = 15 * 60_000;

/**
 * Runs one suite on one cloud, with the mocha that lies beside it.
 *
 * @returns what became of each test; a suite that is not done in time is ended, and its rest counts as not run.
 */
export function runSuite(suite: Suite, folder: string, hosts: Hosts): Promise<Outcome> {
  const project = 'demo-google-suites';
  const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js');
  const options = ['--timeout', String(TEST_MS), '--reporter', 'json-stream', '--exit'];
  const child = spawn(process.execPath, [mocha, ...suite.files, ...options], {
    cwd: join(folder, suite.folder),
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      ...suite.environment,
      METADATA_SERVER_DETECTION: 'none',
      GCLOUD_PROJECT: project,
      GOOGLE_CLOUD_PROJECT: project,
      PROJECT_ID: project,
      [suite.host.variable]: hosts[suite.host.of],
    },
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  const overdue = setTimeout(() => child.kill('SIGKILL'), SUITE_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(overdue);
      resolve(readOutcome(output));
    });
  });
}
