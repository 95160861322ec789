/** Virtual time: what is due runs in order of time, and time stands still while it runs. */
export interface Timeline {
  nowMs(): number;
  /** Runs `act` once, so much later. */
  after(delay_ms: number, act: () => void): void;
  /** Resolves so much later. */
  wait(delay_ms: number): Promise<void>;
  /** Runs everything that is due until a moment. */
  runUntil(moment_ms: number): Promise<void>;
}

interface Due {
  readonly at_ms: number;
  readonly order: number;
  readonly act: () => void;
}

/** Creates a time line that stands at a moment. */
export function createTimeline(start_ms: number): Timeline {
  const heap: Due[] = [];
  let now_ms = start_ms;
  let order = 0;
  const after = (delay_ms: number, act: () => void): void => {
    order += 1;
    push(heap, { at_ms: now_ms + Math.max(0, delay_ms), order, act });
  };
  return {
    nowMs: () => now_ms,
    after,
    wait: (delay_ms) => new Promise((resolve) => after(delay_ms, resolve)),
    async runUntil(moment_ms) {
      for (let next = heap[0]; next !== undefined && next.at_ms <= moment_ms; next = heap[0]) {
        pop(heap);
        now_ms = next.at_ms;
        next.act();
        // Whoever waited runs on, and waits again, before time moves.
        await new Promise((resolve) => setImmediate(resolve));
      }
      now_ms = moment_ms;
    },
  };
}

function isBefore(a: Due, b: Due): boolean {
  return a.at_ms < b.at_ms || (a.at_ms === b.at_ms && a.order < b.order);
}

function push(heap: Due[], due: Due): void {
  let index = heap.push(due) - 1;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(due, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    let child = heap[below];
    const right = heap[below + 1];
    if (child !== undefined && right !== undefined && isBefore(right, child)) {
      below += 1;
      child = right;
    }
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
}
