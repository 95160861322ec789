import { Firestore } from '@google-cloud/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { MONITORING, TOPIC, TOPICS } from '../../../generated/topology.ts';
import { type LocalPipeline, startPipeline } from '../../../reference/local/pipeline.ts';
import { historyColumns } from '../../../scripts/generate/bigquery/reports/messages.ts';
import { readCloud } from '../../../scripts/generate/cloud.ts';
import { lendCloud } from '../../cloud/lend.ts';
import { realContract } from '../../contract/edited-contract.ts';
import { readViews, rowsOf, type Views, type Written } from './dataset.ts';
import { startEngine } from './engine.ts';

const DATE = '2024-01-16';
const PROJECT = `demo-warehouse-${process.pid}`;
/** Only a limit. */
const PATIENCE_MS = 180_000;

type Row = Readonly<Record<string, unknown>>;

/** Runs a real date through every component, and keeps what was published as a BigQuery subscription would. */
async function keepDate(): Promise<{ readonly views: Views; readonly stored: readonly Row[] }> {
  let ended = (): void => undefined;
  const batch = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const pipeline: LocalPipeline = await startPipeline({
    project: PROJECT,
    environment: { CLOCK_START: `${DATE}T12:00:00Z`, LOG_LEVEL: 'info' },
    onLog: (line) => {
      if (line.includes('"batch_ended"')) ended();
    },
  });
  const written: Written[] = [];
  try {
    for (const topic of Object.keys(TOPICS))
      await pipeline.pubsub.topic(topic).createSubscription(`kept-${topic}`);
    await fetch(`${pipeline.addresses['phase1-scrapers']}/scrape`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ game_date: DATE, trigger_source: 'manual' }),
    });
    await batch;
    for (const topic of Object.keys(TOPICS)) written.push(...(await pullAll(pipeline, topic)));
    return { views: await viewsOf(written), stored: await storedRuns(pipeline) };
  } finally {
    await pipeline.stop();
  }
}

async function pullAll({ environment }: LocalPipeline, topic: string): Promise<readonly Written[]> {
  const address = `http://${environment['PUBSUB_EMULATOR_HOST']}/v1/projects/${PROJECT}/subscriptions/kept-${topic}`;
  const post = async (verb: string, body: object) => {
    const answer = await fetch(`${address}:${verb}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${verb} ${address}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const written: Written[] = [];
  for (let count = 1; count > 0; ) {
    const { receivedMessages = [] } = (await post('pull', { maxMessages: 500, returnImmediately: true })) as {
      receivedMessages?: readonly {
        readonly ackId: string;
        readonly message: {
          readonly messageId: string;
          readonly publishTime: string;
          readonly data: string;
          readonly attributes?: Readonly<Record<string, string>>;
        };
      }[];
    };
    count = receivedMessages.length;
    for (const { message } of receivedMessages) {
      const { messageId: message_id, publishTime: publish_time, attributes = {} } = message;
      written.push({
        topic,
        message_id,
        publish_time,
        data: Buffer.from(message.data, 'base64'),
        attributes,
      });
    }
    if (count > 0) await post('acknowledge', { ackIds: receivedMessages.map(({ ackId }) => ackId) });
  }
  return written;
}

async function storedRuns({ environment }: LocalPipeline): Promise<readonly Row[]> {
  lendCloud({
    pubsub_host: environment['PUBSUB_EMULATOR_HOST'] ?? '',
    firestore_host: environment['FIRESTORE_EMULATOR_HOST'] ?? '',
  });
  const firestore = new Firestore({ projectId: PROJECT });
  const { docs } = await firestore.collection('processor_run_history').get();
  await firestore.terminate();
  return docs.map((document) => document.data());
}

async function viewsOf(written: readonly Written[]): Promise<Views> {
  const engine = await startEngine();
  try {
    return await readViews(engine, written);
  } finally {
    await engine.stop();
  }
}

/** Runs of which no completion tells: a worker answers with the result of its player. */
const UNTOLD = 'prediction_worker';
/** Firestore's row of a round is written by another clock reading, and its message counts players that have no prediction. */
const OF_COORDINATOR = ['finished_at', 'players_failed'];

let views: Views;
let stored: readonly Row[];
beforeAll(async () => {
  ({ views, stored } = await keepDate());
}, PATIENCE_MS);

describe('a real date, kept in BigQuery', { timeout: PATIENCE_MS }, () => {
  test('has the history that Firestore has, field by field', () => {
    const columns = historyColumns(readCloud(realContract())).map(({ name }) => name);
    const told = stored.filter((run) => run['processor_name'] !== UNTOLD);
    expect(told.length).toBeGreaterThan(20);
    const fieldsOf = (run: Row) =>
      Object.fromEntries(
        columns
          .filter(
            (name) => run['processor_name'] !== 'prediction_coordinator' || !OF_COORDINATOR.includes(name),
          )
          .map((name) => [name, run[name] ?? null]),
      );
    const byId = (rows: readonly Row[]) =>
      Object.fromEntries(rows.map((row) => [String(row['execution_id']), fieldsOf(row)]));
    expect(byId(rowsOf(views, 'processor_run_history'))).toEqual(byId(told));
  });

  test('shows every hop of the contract, its coverage, and each scraper run followed to the predictions', () => {
    const hops = rowsOf(views, 'latency_by_hop');
    expect(hops.map((row) => row['hop']).sort()).toEqual(Object.keys(MONITORING.hops).sort());
    expect(rowsOf(views, 'coverage_by_date')).toMatchObject([
      {
        game_date: DATE,
        run: 1,
        players_ready: 229,
        players_requested: 229,
        coverage_percent: 100,
        is_below_minimum: false,
      },
    ]);
    const traced = rowsOf(views, 'trace_by_correlation_id').filter(
      (row) => row['topic'] === TOPIC.phase5PredictionsComplete,
    );
    const scraped = stored.filter((run) => run['phase'] === 'phase_1_scrapers');
    expect(scraped.length).toBeGreaterThan(3);
    expect(traced.map((row) => row['correlation_id']).sort()).toEqual(
      scraped.map((run) => run['execution_id']).sort(),
    );
  });
});
