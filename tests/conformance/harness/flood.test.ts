import { expect, test } from 'vitest';
import { createFloodGuard, cutMessage } from '../../../conformance/harness/observation/embedded.ts';

test('of a flood the first messages are kept, it is told once for each date, and three are enough', () => {
  const told: string[] = [];
  const given_up: string[] = [];
  const keeps = createFloodGuard({
    onFlood: (sentence) => told.push(sentence),
    giveUp: (component) => given_up.push(component),
  });
  const component = 'phase3-to-phase4-orchestrator';
  for (const date of ['2031-01-01', '2031-01-02', '2031-01-03']) {
    expect(given_up).toEqual([]);
    const kept = Array.from({ length: 10_000 }, () =>
      keeps({ component, topic: 'nba-phase4-trigger', marks: [date] }),
    );
    expect(kept.filter(Boolean)).toHaveLength(200);
  }
  expect(told).toHaveLength(3);
  expect(told[0]).toContain('more than 200 messages to nba-phase4-trigger about 2031-01-01');
  expect(given_up).toEqual([component]);
});

test('a message per player of a large slate is no flood', () => {
  const keeps = createFloodGuard({ onFlood: () => expect.unreachable(), giveUp: () => expect.unreachable() });
  const publish = {
    component: 'phase5-coordinator',
    topic: 'nba-phase5-prediction-request',
    marks: ['2031-01-01'],
  };
  for (let player = 0; player < 2_000; player++) expect(keeps(publish)).toBe(true);
});

test('what is huge in a message is cut where it is recorded, and says how long it was', () => {
  const huge = {
    text: 'x'.repeat(1_000_000),
    list: Array.from({ length: 100_000 }, () => ({ execution_id: 'y'.repeat(10) })),
    ...Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, index])),
  };
  const cut = cutMessage(huge);
  expect(JSON.stringify(cut).length).toBeLessThan(100_000);
  expect(cut['text']).toMatch(/^x{2000}… \(1000000 characters\)$/);
  const small = { game_date: '2024-01-15', metadata: { upstream: [{ processor: 'a' }] }, error: null };
  expect(cutMessage(small)).toEqual(small);
});
