import { describe, expect, test } from 'vitest';
import { type FlowPorts, flow, receiversOf } from '../../../conformance/harness/courier/flow.ts';
import type { PublishEvent } from '../../../conformance/history/events.ts';

const publish = (topic: string, message_id: string): PublishEvent => ({
  kind: 'publish',
  sequence: Number(message_id),
  at_ms: 0,
  marks: [],
  topic,
  message_id,
  message: {},
  raw: null,
  attributes: {},
});

/** A world in which a delivered message of one topic makes messages of the next. */
function chain(next: Readonly<Record<string, readonly string[]>>, first: PublishEvent, acks = true) {
  const published: PublishEvent[] = [first];
  const delivered: string[] = [];
  const ports: FlowPorts = {
    published: () => published,
    has: (component) => component !== 'phase5-worker',
    deliver(component, message, copy) {
      delivered.push(`${component} ${message.message_id} ${copy}`);
      if (copy === 0) {
        for (const topic of next[message.topic] ?? [])
          published.push(publish(topic, String(published.length + 1)));
      }
      return Promise.resolve(acks);
    },
    settle: () => Promise.resolve(),
    change: async (deliveries) => {
      await Promise.race(deliveries);
    },
  };
  return { ports, delivered };
}

const NEXT = {
  'nba-phase1-scrapers-complete': ['nba-phase2-raw-complete', 'nba-phase2-raw-complete'],
  'nba-phase2-raw-complete': ['nba-phase3-analytics-complete'],
};
const FIRST = publish('nba-phase1-scrapers-complete', '1');

describe('a flow', () => {
  test('routes every message to the contract’s receiver until nothing new comes', async () => {
    const { ports, delivered } = chain(NEXT, FIRST);
    expect(await flow(ports, new Set())).toEqual({ held: [], stuck: [] });
    expect(delivered).toEqual([
      'phase2-raw 1 0',
      'phase3-analytics 2 0',
      'phase3-analytics 3 0',
      'phase3-to-phase4-orchestrator 4 0',
      'phase3-to-phase4-orchestrator 5 0',
    ]);
  });

  test('keeps what is published to a held topic', async () => {
    const { ports, delivered } = chain(NEXT, FIRST);
    const { held } = await flow(ports, new Set(), { hold: ['nba-phase2-raw-complete'] });
    expect(held.map(({ message_id }) => message_id)).toEqual(['2', '3']);
    expect(delivered).toEqual(['phase2-raw 1 0']);
  });

  test('delivers copies when asked to', async () => {
    const { ports, delivered } = chain({}, FIRST);
    await flow(ports, new Set(), { copies: 2 });
    expect(delivered).toEqual(['phase2-raw 1 0', 'phase2-raw 1 1']);
  });

  test('names what was never acked, and leaves components out that the target does not have', async () => {
    const { ports } = chain({}, FIRST, false);
    expect((await flow(ports, new Set())).stuck.map(({ message_id }) => message_id)).toEqual(['1']);
    const worker = chain({}, publish('nba-phase5-prediction-request', '9'));
    expect(await flow(worker.ports, new Set())).toEqual({ held: [], stuck: [] });
    expect(worker.delivered).toEqual([]);
  });
});

test('a topic without a push subscription has no receiver', () => {
  expect(receiversOf('nba-phase5-predictions-complete')).toEqual([]);
  expect(receiversOf('nba-phase4-trigger')).toEqual(['phase4-precompute']);
});
