import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { EXAMPLES } from '../../../generated/examples.ts';
import { createPorts, type GooglePorts } from '../../../reference/google/ports.ts';
import { envelope, SETTINGS } from '../deliveries.ts';

const PROGRAM = fileURLToPath(new URL('../../../reference/services/start.ts', import.meta.url));
const PROJECT = 'demo-dead-webhook';
const GCS_PATH = 'gs://nba-scraped/nbac_schedule/2024-01-15/x.json';
const GAME = {
  game_id: '20240115-HOU-PHI',
  plays_on: '2024-01-15',
  home_team: 'PHI',
  away_team: 'HOU',
  stage: 'regular',
  is_neutral: false,
};

let cloud: EmbeddedCloud;
let ports: GooglePorts;
let pubsub: PubSub;
let component: ChildProcess;
let address: string;
let said = '';
let look: () => void = () => undefined;

/** Await a line of the component's log; the test's own limit ends it. */
async function logged(pattern: RegExp): Promise<void> {
  while (!pattern.test(said)) await new Promise<void>((resolve) => (look = resolve));
}

/** An address at which nobody listens: of a server that is gone. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/services/T-secret`;
}

beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  const environment = {
    GOOGLE_CLOUD_PROJECT: PROJECT,
    PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
    FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
    METADATA_SERVER_DETECTION: 'none',
  };
  Object.assign(process.env, environment);
  ports = createPorts({ ...SETTINGS, project: PROJECT });
  pubsub = new PubSub({ projectId: PROJECT });
  await pubsub.createTopic('nba-phase2-raw-complete');
  // One row of two is no row, so the run is partial, which is told to people.
  const rows = [GAME, { game_id: 'x' }];
  await ports.files.write(GCS_PATH, { scraper: 'nbac_schedule', game_date: '2024-01-15', rows });
  component = spawn(process.execPath, ['--import', 'tsx', PROGRAM, 'phase2-raw'], {
    env: {
      ...process.env,
      ...environment,
      PORT: '0',
      LOG_LEVEL: 'info',
      ALERT_WEBHOOK_URL: await deadAddress(),
    },
  });
  for (const stream of [component.stdout, component.stderr]) {
    stream?.on('data', (text) => {
      said += String(text);
      look();
    });
  }
  await logged(/listening on http:\S+\n/);
  address = /listening on (http:\S+)\n/.exec(said)?.[1] ?? '';
}, 60_000);

afterAll(async () => {
  component?.kill('SIGKILL');
  await Promise.all([ports?.close(), pubsub?.close()]);
  await cloud?.stop();
});

function deliver(message_id: string): Promise<Response> {
  const example = EXAMPLES.find(({ name }) => name === 'box-scores-of-a-full-slate')?.payload;
  const name = 'nbac_schedule';
  const message = { ...example, processor_name: name, name, scraper_name: name, gcs_path: GCS_PATH };
  const data = Buffer.from(JSON.stringify(message)).toString('base64');
  return fetch(`${address}/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(envelope(data, message_id)),
  });
}

describe('a component whose webhook is dead', () => {
  test('acks what it has done, before anybody could be told', async () => {
    const answer = await deliver('m-1');
    expect(answer.status).toBe(200);
    const [run] = await ports.warehouse.runs({ phase: 'phase_2_raw', game_date: '2024-01-15' });
    expect(run).toMatchObject({ processor_name: 'nbac_schedule_games', status: 'partial' });
    expect(said).not.toContain('expected the webhook to take alert');
  });

  test('logs once that nobody was told, without the address', async () => {
    await logged(/expected the webhook to take alert phase_partial, got no connection in attempt 4/);
    expect(said.match(/expected the webhook to take alert/g)).toHaveLength(1);
    expect(said).toContain('"event":"alert_raised"');
    expect(said).not.toContain('T-secret');
  });

  test('stays healthy, and answers the same delivery as a duplicate', async () => {
    expect((await fetch(`${address}/health`)).status).toBe(200);
    expect((await deliver('m-1')).status).toBe(200);
    expect(await ports.warehouse.runs({ phase: 'phase_2_raw', game_date: '2024-01-15' })).toHaveLength(1);
    expect(component.exitCode).toBeNull();
  });
});
