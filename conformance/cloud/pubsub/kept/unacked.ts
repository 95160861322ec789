import type { SortedMap } from '../delivery/sorted-map.ts';

/** One key at which two maps differ: undefined where it is missing. */
export interface Difference<Value> {
  readonly key: number;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

type Part<Value> =
  | { readonly kind: 'tree'; readonly tree: NonNullable<SortedMap<number, Value>> }
  | { readonly kind: 'entry'; readonly key: number; readonly value: Value };

/**
 * Lists where two maps differ, in ascending order of keys. What they share is not looked at, so a step that changed three
 * of a million messages costs some dozen comparisons.
 */
export function* differences<Value>(
  before: SortedMap<number, Value>,
  after: SortedMap<number, Value>,
): Generator<Difference<Value>> {
  const left = stackOf(before);
  const right = stackOf(after);
  for (;;) {
    const a = left.at(-1);
    const b = right.at(-1);
    if (a === undefined && b === undefined) return;
    if (a?.kind === 'tree' && b?.kind === 'tree' && a.tree === b.tree) {
      left.pop();
      right.pop();
    } else if (a?.kind === 'tree' && (b?.kind !== 'tree' || a.tree.height >= b.tree.height)) {
      open(left, a.tree);
    } else if (b?.kind === 'tree') {
      open(right, b.tree);
    } else if (a?.kind === 'entry' && b?.kind === 'entry' && a.key === b.key) {
      left.pop();
      right.pop();
      if (a.value !== b.value) yield { key: a.key, before: a.value, after: b.value };
    } else if (a?.kind === 'entry' && (b === undefined || a.key < b.key)) {
      left.pop();
      yield { key: a.key, before: a.value, after: undefined };
    } else if (b?.kind === 'entry') {
      right.pop();
      yield { key: b.key, before: undefined, after: b.value };
    }
  }
}

function stackOf<Value>(map: SortedMap<number, Value>): Part<Value>[] {
  return map === null ? [] : [{ kind: 'tree', tree: map }];
}

/** Puts the lower part, the entry and the higher part in the place of a tree, so that the lower one is next. */
function open<Value>(stack: Part<Value>[], tree: NonNullable<SortedMap<number, Value>>): void {
  stack.pop();
  if (tree.higher !== null) stack.push({ kind: 'tree', tree: tree.higher });
  stack.push({ kind: 'entry', key: tree.key, value: tree.value });
  if (tree.lower !== null) stack.push({ kind: 'tree', tree: tree.lower });
}
