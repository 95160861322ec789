import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, readOutcome } from './compare.ts';
import type { Suite } from './suites.ts';

/** The addresses of a cloud. */
export interface Hosts {
  readonly pubsub_host: string;
  readonly firestore_host: string;
}

const PROJECT = 'demo-google-suites';
const TEST_MS = 20_000;
const SUITE_MS = 15 * 60_000;

/**
 * Runs one suite on one cloud, with the mocha that lies beside it.
 *
 * @returns what became of each test; a suite that is not done in time is ended, and its rest counts as not run.
 */
export async function runSuite(suite: Suite, folder: string, hosts: Hosts): Promise<Outcome> {
  const credentials = await mkdtemp(join(tmpdir(), 'google-suites-'));
  try {
    return await runWith(suite, folder, hosts, await writeCredentials(credentials));
  } finally {
    await rm(credentials, { recursive: true });
  }
}

/** The client refuses to call over REST without an account, although no emulator looks at one: this one is made up. */
async function writeCredentials(folder: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = join(folder, 'account.json');
  const account = {
    type: 'service_account',
    project_id: PROJECT,
    private_key_id: 'made-up',
    private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    client_email: `tests@${PROJECT}.iam.gserviceaccount.com`,
    client_id: '1',
  };
  await writeFile(file, JSON.stringify(account));
  return file;
}

function runWith(suite: Suite, folder: string, hosts: Hosts, credentials: string): Promise<Outcome> {
  const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js');
  const options = ['--timeout', String(TEST_MS), '--reporter', 'json-stream', '--exit'];
  const child = spawn(process.execPath, [mocha, ...suite.files, ...options], {
    cwd: join(folder, suite.folder),
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      ...suite.environment,
      METADATA_SERVER_DETECTION: 'none',
      GOOGLE_APPLICATION_CREDENTIALS: credentials,
      GCLOUD_PROJECT: PROJECT,
      GOOGLE_CLOUD_PROJECT: PROJECT,
      PROJECT_ID: PROJECT,
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
