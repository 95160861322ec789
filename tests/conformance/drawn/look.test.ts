import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { playedHistories } from '../../../conformance/checks/drawn/model/played.ts';
import type { DrawnReceiver } from '../../../conformance/checks/drawn/receiver.ts';
import { playAll } from '../../../conformance/checks/drawn/run/all.ts';
import type { DrawnHistory } from '../../../conformance/checks/drawn/value/history.ts';
import { sizeOf } from '../../../conformance/checks/drawn/value/smaller.ts';
import type { Branch, Scene } from '../../../conformance/harness/scene/scene.ts';
import type { MarkerEvent } from '../../../conformance/history/events.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const NEVER = Number.POSITIVE_INFINITY;
const LOOK_MS = 900;

/** Looks for a moment at histories, of which the nth in order of size takes so long; `fails` says which of them do. */
async function look(takes_ms: (nth: number) => number, fails: (nth: number) => boolean = () => false) {
  const history: MarkerEvent[] = [];
  const begun: DrawnHistory[] = [];
  const own = new Map<string, number>();
  let branches = 0;
  const marker = (name: string, sentence: string, mark: string): void =>
    void history.push({ kind: 'marker', name, sentence, sequence: history.length, at_ms: 0, marks: [mark] });
  const scene = {
    drawing: { draw_ms: LOOK_MS, is_look: true },
    width: (usual: number) => usual,
    random: { below: () => 7 },
    branch: () => {
      const mark_of = `history ${++branches}`;
      return {
        window: { days: [], run_offset: 0, is_shared: false },
        mark_of,
        mark: (name: string, sentence: string) => marker(name, sentence, mark_of),
        history: () => history.filter(({ marks }) => marks.includes(mark_of)),
        forget: () => {},
      } as unknown as Branch;
    },
    mark: (name: string, sentence: string) => marker(name, sentence, 'case'),
  } as unknown as Scene;
  let drawn = 0;
  const receiver = {
    receiver: 'phase2-raw',
    histories: 48,
    // Each is larger than the one after it.
    draw: () => ({
      days: 'plain',
      steps: Array.from({ length: 30 - drawn++ }, () => ({ do: 'wait', ms: 1 })),
    }),
    play: async (branch: Branch, one: DrawnHistory) => {
      const nth = begun.push(one);
      own.set(branch.mark_of, nth);
      await new Promise<void>((resolve) => {
        if (takes_ms(nth) < NEVER) setTimeout(resolve, takes_ms(nth));
      });
    },
    judge: (events: readonly MarkerEvent[]) => {
      const nth = own.get(events[0]?.marks[0] ?? '') ?? 0;
      return fails(nth) ? [{ requirement: 'IDEM-001', anomaly: 'lost message', events: [], proof: '' }] : [];
    },
  } as unknown as DrawnReceiver;
  const from_ms = Date.now();
  const playing = playAll(scene, receiver);
  let took_ms: number | undefined;
  void playing.then(() => {
    took_ms = Date.now() - from_ms;
  });
  // What draws is loaded first, in real time.
  while (begun.length === 0) await new Promise(setImmediate);
  for (let step = 0; step < 400 && took_ms === undefined; step += 1) {
    await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(50);
  }
  return { took_ms, begun, judged: playedHistories(history).length, history };
}

test('a short look plays twelve histories, the smallest of those that were drawn, however quick the target is', async () => {
  const { begun, judged } = await look(() => 1);
  expect([begun.length, judged]).toEqual([12, 12]);
  const sizes = begun.map((one) => sizeOf(one));
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
});

test('what has not ended by its end is left, and nothing is owed in it', async () => {
  const { took_ms, begun, judged, history } = await look((nth) => (nth <= 5 ? 100 : NEVER));
  expect([begun.length, judged]).toEqual([12, 5]);
  expect(took_ms).toBeLessThanOrEqual(LOOK_MS + 100);
  expect(history.at(-1)?.sentence).toMatch(
    /^5 of 24 histories .* were played in a short look, 0 of them failed$/,
  );
});

test('where all take longer, one is waited for, so that there is something to tell', async () => {
  const { took_ms, judged } = await look((nth) => (nth === 3 ? 4_000 : NEVER));
  expect(judged).toBe(1);
  expect(took_ms).toBeLessThanOrEqual(4_100);
});

test('what failed is told although making it small takes longer than a look has', async () => {
  const { took_ms, begun, history } = await look(
    (nth) => (nth <= 12 ? 100 : NEVER),
    (nth) => nth === 2,
  );
  expect(begun.length).toBeGreaterThan(12);
  expect(history.find(({ name }) => name === 'drawn')?.sentence).toContain('1 of them failed');
  expect(took_ms).toBeLessThanOrEqual(LOOK_MS + 1_000);
});
