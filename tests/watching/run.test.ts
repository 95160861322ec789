import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MONITORING } from '../../generated/topology.ts';
import { type LocalPipeline, startPipeline } from '../../reference/local/pipeline.ts';
import { type LogEntry, matches } from './filter.ts';

const DATE = '2024-01-16';
const METRICS = new URL('../../generated/monitoring/log-metrics/', import.meta.url);

describe('a real date on the embedded cloud', () => {
  const entries: LogEntry[] = [];
  const notices: { readonly text: string }[] = [];
  const waiting: { readonly event: string; readonly resolve: () => void }[] = [];
  let pipeline: LocalPipeline;

  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    notices.push(JSON.parse(body));
    response.end('ok');
  });
  const logged = (event: string): Promise<void> =>
    new Promise((resolve) => {
      if (entries.some(({ jsonPayload }) => jsonPayload['event'] === event)) resolve();
      else waiting.push({ event, resolve });
    });
  const hear = (line: string): void => {
    if (!line.startsWith('{')) return;
    const jsonPayload: LogEntry['jsonPayload'] = JSON.parse(line);
    entries.push({ resource: { type: 'cloud_run_revision' }, jsonPayload });
    for (const { event, resolve } of waiting) if (event === jsonPayload['event']) resolve();
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', () => resolve()));
    const { port } = receiver.address() as AddressInfo;
    pipeline = await startPipeline({
      project: `demo-watching-${process.pid}`,
      environment: {
        CLOCK_START: `${DATE}T12:00:00Z`,
        LOG_LEVEL: 'info',
        ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
      },
      onLog: hear,
    });
    await fetch(`${pipeline.addresses['phase1-scrapers']}/scrape`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ game_date: DATE, trigger_source: 'manual' }),
    });
    await logged('batch_ended');
    await fetch(`${pipeline.addresses['phase5-coordinator']}/status?game_date=${DATE}`, {
      headers: { 'x-cloudscheduler': 'true' },
    });
    await logged('daily_summary');
    // Stopping lets every component finish what it says and tells.
    await pipeline.stop();
  }, 120_000);

  afterAll(() => {
    receiver.closeAllConnections();
    receiver.close();
  });

  test('is counted by the metrics of a good day, and by none of a bad one', () => {
    const counted = readdirSync(METRICS).filter((file) => {
      const { filter } = JSON.parse(readFileSync(new URL(file, METRICS), 'utf8'));
      return entries.some((entry) => matches(filter, entry));
    });
    expect(counted.map((file) => file.replace('.json', '')).sort()).toEqual([
      'coverage-percent',
      'end-to-end-seconds',
      'hop-seconds',
      'runs-ended',
    ]);
  });

  test('shows every hop, every phase and one end', () => {
    const values = (event: string, field: string) =>
      new Set(
        entries.flatMap(({ jsonPayload }) => (jsonPayload['event'] === event ? [jsonPayload[field]] : [])),
      );
    expect([...values('delivery_received', 'hop')].filter((hop) => hop !== null).sort()).toEqual(
      Object.keys(MONITORING.hops).sort(),
    );
    expect([...values('run_ended', 'phase')].sort()).toEqual([
      'phase_1_scrapers',
      'phase_2_raw',
      'phase_3_analytics',
      'phase_4_precompute',
      'phase_5_predictions',
    ]);
    expect([...values('batch_ended', 'coverage_percent')]).toEqual([100]);
    const [seconds] = values('batch_ended', 'end_to_end_seconds');
    expect(seconds).toBeGreaterThan(0);
  });

  test('gives every line the fields that the contract gives its event, and no payload', () => {
    for (const { jsonPayload } of entries) {
      const event = jsonPayload['event'];
      if (typeof event !== 'string') continue;
      const known = Object.entries(MONITORING.log_events).find(([name]) => name === event)?.[1];
      expect(Object.keys(jsonPayload), event).toEqual(
        expect.arrayContaining([...(known?.fields ?? ['known'])]),
      );
      expect(jsonPayload, event).not.toHaveProperty('metadata');
      expect(jsonPayload, event).not.toHaveProperty('data');
    }
  });

  test('tells people once how the day stands', () => {
    const summaries = notices.filter(({ text }) => text.startsWith('*[info] daily_summary for 2024-01-16*'));
    expect(summaries).toHaveLength(1);
    expect(summaries[0]?.text).toContain('229 of 229 players predicted (100 %), deadline met');
  });
});
