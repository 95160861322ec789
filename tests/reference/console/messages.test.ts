import { fc, test } from '@fast-check/vitest';
import { beforeAll, describe, expect } from 'vitest';
import { TOPICS } from '../../../generated/topology.ts';
import { createMessageLog, viewMessage } from '../../../reference/console/messages.ts';
import type { MemoryPorts } from '../memory-ports.ts';
import { DATE, runInMemory } from '../operations/snapshots.ts';

const at = '2024-01-15T12:00:00.000Z';
const pulled = (data: Uint8Array) => ({ message_id: 'm-1', published_at: at, attributes: {}, data });

let published: MemoryPorts['published'];
beforeAll(async () => {
  ({ published } = await runInMemory());
});

describe('a message on the page', () => {
  test('every message of a run keeps the contract, and says its date and what it is about', () => {
    const live = Object.values(TOPICS).filter(({ dead_letter_topic }) => dead_letter_topic !== null);
    expect(new Set(published.map(({ topic }) => topic)).size).toBe(live.length);
    for (const { topic, message } of published) {
      const view = viewMessage(1, topic, pulled(Buffer.from(JSON.stringify(message))));
      expect(view).toMatchObject({ topic, problem: null, game_date: DATE, run: 1 });
      expect(view.about).not.toBe('');
    }
  });

  test('a name that the contract does not know is said', () => {
    const topic = 'nba-phase3-analytics-complete';
    const sent = published.find((one) => one.topic === topic)?.message;
    const data = Buffer.from(JSON.stringify({ ...sent, processor_name: 'PlayerSummary' }));
    const view = viewMessage(1, topic, pulled(data));
    expect(view.problem).toContain('PlayerSummary');
  });

  test.prop(
    [
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
    ],
    { seed: 15 },
  )('whatever it holds, it is shown', (data) => {
    const view = viewMessage(1, 'nba-phase2-raw-complete', pulled(data));
    expect(typeof view.payload).toBe('string');
    expect(view.problem).not.toBeNull();
  });

  test('a page that was away asks for what came after, and the oldest are forgotten', () => {
    const log = createMessageLog();
    for (let count = 0; count < 1100; count++) log.add('t', pulled(Buffer.from('{}')));
    expect(log.after(1098).map(({ place }) => place)).toEqual([1099, 1100]);
    expect(log.after(0)).toHaveLength(1000);
  });
});
