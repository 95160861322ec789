import { describe, expect, test } from 'vitest';
import { PROCESSORS } from '../../../generated/registry.ts';
import { STATE, TOPICS } from '../../../generated/topology.ts';
import { validate } from '../../../generated/validation.ts';
import { createShell } from '../../../reference/http/shell.ts';
import type { HttpHandler } from '../../../reference/ports/ports.ts';
import type { Settings } from '../../../reference/ports/settings.ts';
import { COMPONENT_LOADERS } from '../../../reference/services/components.ts';
import { deliverAll, request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts, type MemoryPorts } from '../memory-ports.ts';

const DATE = '2024-01-15';
const CORE = [
  'phase1-scrapers',
  'phase2-raw',
  'phase3-analytics',
  'phase3-to-phase4-orchestrator',
  'phase4-precompute',
  'phase4-orchestrator',
];

async function loadCore(ports: MemoryPorts, settings: Settings = SETTINGS) {
  const handlers: Record<string, HttpHandler> = {};
  for (const name of CORE) {
    const create = await COMPONENT_LOADERS[name]?.();
    if (create !== undefined) handlers[name] = createShell(create(ports, settings), ports.log);
  }
  return handlers;
}

async function runDate(ports: MemoryPorts, body: object = {}) {
  const handlers = await loadCore(ports);
  const scraped = await handlers['phase1-scrapers']?.(
    request('POST', '/scrape', { game_date: DATE, ...body }),
  );
  const answers = await deliverAll(ports, handlers);
  return { handlers, scraped, answers };
}

const sent = (ports: MemoryPorts, topic: string) =>
  ports.published.filter((message) => message.topic === topic);
const names = (ports: MemoryPorts, topic: string) =>
  sent(ports, topic)
    .map(({ message }) => String(message['processor_name']))
    .sort();

describe('LIVE-001 one date runs from scraped files to the feature store without help', () => {
  test('every processor of Phases 1 to 4 completes once, every delivery is acked', async () => {
    const ports = createMemoryPorts();
    const { scraped, answers } = await runDate(ports);

    expect(scraped?.status).toBe(200);
    expect(answers.map(({ answer }) => answer.status)).toEqual(answers.map(() => 200));
    expect(names(ports, 'nba-phase2-raw-complete')).toEqual(Object.keys(PROCESSORS.phase_2_raw).sort());
    expect(names(ports, 'nba-phase3-analytics-complete')).toEqual(
      Object.keys(PROCESSORS.phase_3_analytics).sort(),
    );
    expect(names(ports, 'nba-phase4-processor-complete')).toEqual(
      Object.keys(PROCESSORS.phase_4_precompute).sort(),
    );
    expect(sent(ports, 'nba-phase4-trigger').map(({ message }) => message['metadata'])).toMatchObject([
      { level: 1 },
      { level: 2 },
      { level: 3 },
    ]);
    const [features] = sent(ports, 'nba-phase4-precompute-complete');
    expect(features?.message).toMatchObject({
      status: 'success',
      record_count: 384,
      metadata: { run: 1, level: 3, players_total: 384, players_ready: 229, players_failed: 0 },
    });
  });

  test('MSG-001 every message on every topic keeps the contract strictly', async () => {
    const ports = createMemoryPorts();
    await runDate(ports);
    for (const { topic, message } of ports.published) {
      const [name = 'ScraperCompletion'] =
        Object.entries(TOPICS).find(([known]) => known === topic)?.[1].messages ?? [];
      expect(validate(name, 'send', message)).toEqual([]);
    }
  });

  test('CORR-001 every message carries the correlation_id of a scraper run', async () => {
    const ports = createMemoryPorts();
    await runDate(ports);
    const scrapers = new Set(
      sent(ports, 'nba-phase1-scrapers-complete').map(({ message }) => message['execution_id']),
    );
    for (const { message } of ports.published) expect(scrapers).toContain(message['correlation_id']);
  });

  test('the feature store can be traced to all six scrapers through the history', async () => {
    const ports = createMemoryPorts();
    await runDate(ports);
    const reached = new Set<string>();
    const follow = (execution_id: string): void => {
      const run = ports.history.get(execution_id);
      if (run?.phase === 'phase_1_scrapers') reached.add(run.processor_name);
      for (const upstream of run?.upstream ?? []) follow(upstream.execution_id);
    };
    follow(String(sent(ports, 'nba-phase4-precompute-complete')[0]?.message['execution_id']));
    expect([...reached].sort()).toEqual(Object.keys(PROCESSORS.phase_1_scrapers).sort());
  });

  test('STATE-001 every state document keeps its schema', async () => {
    const ports = createMemoryPorts();
    await runDate(ports);
    const schemas = Object.values(STATE).map(({ path, schema }) => [path.split('/')[0], schema] as const);
    for (const [path, document] of ports.stored) {
      const schema = schemas.find(([collection]) => collection === path.split('/')[0])?.[1];
      expect(schema).toBeDefined();
      if (schema !== undefined) expect(validate(schema, 'send', document)).toEqual([]);
    }
    for (const run of ports.history.values())
      expect(validate('ProcessorRunHistory', 'send', run)).toEqual([]);
  });

  test('ACK-004 delivering everything a second time changes nothing', async () => {
    const ports = createMemoryPorts();
    const { handlers } = await runDate(ports);
    const published = ports.published.length;
    const before = structuredClone([...ports.stored]);
    const again = await deliverAll(ports, handlers);
    expect(again.map(({ answer }) => answer.status)).toEqual(again.map(() => 200));
    expect(ports.published).toHaveLength(published);
    expect([...ports.stored]).toEqual(before);
  });
});

describe('BACK-001 a backfill without downstream stops after Phase 2', () => {
  const BACKFILL = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' };

  test('the raw tables are loaded and nothing is published after Phase 1', async () => {
    const ports = createMemoryPorts();
    await runDate(ports, BACKFILL);
    expect(new Set(ports.published.map(({ topic }) => topic))).toEqual(
      new Set(['nba-phase1-scrapers-complete']),
    );
    expect([...ports.history.values()].filter(({ phase }) => phase === 'phase_2_raw')).toHaveLength(6);
  });

  test('BACK-004 the live run after it goes all the way, with live figures only', async () => {
    const ports = createMemoryPorts();
    await runDate(ports, BACKFILL);
    ports.published.length = 0;
    await runDate(ports);
    expect(sent(ports, 'nba-phase4-precompute-complete')).toHaveLength(1);
    expect(new Set(ports.published.map(({ message }) => message['backfill_mode']))).toEqual(new Set([false]));
  });

  test('BACK-003 a backfill that may trigger carries its reason to every message', async () => {
    const ports = createMemoryPorts();
    await runDate(ports, { backfill_mode: true, backfill_reason: 'reprocessing' });
    expect(sent(ports, 'nba-phase4-precompute-complete')).toHaveLength(1);
    for (const { message } of ports.published) {
      expect(message).toMatchObject({ backfill_mode: true, backfill_reason: 'reprocessing' });
    }
  });
});

describe('MSG-009 a second run of a date is a run of its own', () => {
  test('run 2 goes all the way beside run 1 and carries its number everywhere', async () => {
    const ports = createMemoryPorts();
    await runDate(ports);
    ports.published.length = 0;
    await runDate(ports, { run: 2 });
    expect(sent(ports, 'nba-phase4-precompute-complete')).toHaveLength(1);
    for (const { message } of ports.published) expect(message['metadata']).toMatchObject({ run: 2 });
    expect(ports.stored.has('phase3_completion/2024-01-15')).toBe(true);
    expect(ports.stored.has('phase3_completion/2024-01-15.r2')).toBe(true);
  });
});

describe('LIVE-002 a date without games says so in every phase', () => {
  test('no_data travels to the fan-in and triggers nothing', async () => {
    const ports = createMemoryPorts();
    const handlers = await loadCore(ports, { ...SETTINGS, slate_replay_date: DATE, slate_replay_games: 0 });
    await handlers['phase1-scrapers']?.(request('POST', '/scrape', { game_date: '2024-07-15' }));
    await deliverAll(ports, handlers);
    expect(names(ports, 'nba-phase3-analytics-complete')).toHaveLength(5);
    expect(new Set(ports.published.map(({ message }) => message['status']))).toEqual(new Set(['no_data']));
    expect(sent(ports, 'nba-phase4-trigger')).toEqual([]);
  });
});
