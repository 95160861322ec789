import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DrawnReceiver } from '../../../conformance/checks/drawn/receiver.ts';
import { FEWER_PLAYED, playAll } from '../../../conformance/checks/drawn/run/all.ts';
import type { DrawingLimits } from '../../../conformance/harness/scene/identity.ts';
import type { Scene } from '../../../conformance/harness/scene/scene.ts';
import { markedNotices } from '../../../conformance/verdict/notices.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** Plays 48 histories that take so long each, and returns how many began and which markers were set. */
async function play(history_ms: number, drawing: DrawingLimits = {}) {
  const markers: { readonly name: string; readonly sentence: string }[] = [];
  let begun = 0;
  let forgotten = 0;
  const branch = {
    window: { days: [], run_offset: 0, is_shared: false },
    mark: () => {},
    mark_of: '',
    history: () => [],
    forget() {
      forgotten += 1;
    },
  };
  const scene = {
    drawing,
    width: (usual: number) => usual,
    random: { below: () => 7 },
    branch: () => branch,
    mark: (name: string, sentence: string) => void markers.push({ name, sentence }),
  } as unknown as Scene;
  const receiver = {
    receiver: 'phase2-raw',
    histories: 48,
    draw: () => ({ days: 'any', steps: [] }),
    play: async () => {
      begun += 1;
      vi.setSystemTime(Date.now() + history_ms);
    },
    judge: () => [],
  } as unknown as DrawnReceiver;
  await playAll(scene, receiver);
  return { begun, forgotten, markers };
}

test('a quick target plays all of its histories, and nothing is told', async () => {
  const { begun, forgotten, markers } = await play(10);
  expect([begun, forgotten]).toEqual([48, 0]);
  expect(markers.map(({ name }) => name)).not.toContain(FEWER_PLAYED);
});

test('a slow target plays as many as its time allows, and the report says how many', async () => {
  const { begun, markers } = await play(2_000);
  expect(begun).toBeGreaterThan(8);
  expect(begun).toBeLessThan(30);
  const history = markers.map((marker, sequence) => ({
    ...marker,
    kind: 'marker' as const,
    sequence,
    at_ms: 0,
    marks: [],
  }));
  expect(markedNotices([history])).toEqual([
    expect.stringContaining(`drawn-histories-to-phase2-raw played ${begun} of its 48 histories`),
  ]);
});

test('who asks for minutes gets them, and the memory holds no more histories than those of an ordinary run', async () => {
  const { begun, forgotten, markers } = await play(1_000, { draw_ms: 120_000 });
  expect(begun).toBeGreaterThan(100);
  expect(begun - forgotten).toBe(48);
  expect(markers.map(({ name }) => name)).not.toContain(FEWER_PLAYED);
});
