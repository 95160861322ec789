/**
 * A map that is never changed: `put` and `remove` return a new one that shares what stayed the same, so a
 * state of ten thousand messages is replaced at the price of a dozen small objects. Keys ascend. Null is empty.
 * (A balanced tree after Adelson-Velsky and Landis: sibling heights differ by one at most.)
 */
export type SortedMap<Key extends number | string, Value> = Branch<Key, Value> | null;

interface Branch<Key extends number | string, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly lower: SortedMap<Key, Value>;
  readonly higher: SortedMap<Key, Value>;
  readonly height: number;
}

/** Returns the value under the key, or undefined. */
export function get<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
  key: Key,
): Value | undefined {
  let at = map;
  while (at !== null && at.key !== key) at = key < at.key ? at.lower : at.higher;
  return at?.value;
}

/** Returns the entry with the smallest key, or undefined when the map is empty. */
export function first<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
): { readonly key: Key; readonly value: Value } | undefined {
  let at = map;
  while (at !== null && at.lower !== null) at = at.lower;
  return at ?? undefined;
}

/** Returns the entry with the smallest key above `floor`, or undefined. */
export function firstAbove<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
  floor: Key,
): { readonly key: Key; readonly value: Value } | undefined {
  let found: Branch<Key, Value> | undefined;
  let at = map;
  while (at !== null) {
    if (at.key > floor) {
      found = at;
      at = at.lower;
    } else at = at.higher;
  }
  return found;
}

/** Returns the map with the key bound to the value, new or replaced. */
export function put<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
  key: Key,
  value: Value,
): Branch<Key, Value> {
  if (map === null) return { key, value, lower: null, higher: null, height: 1 };
  if (key === map.key) {
    return { key, value, lower: map.lower, higher: map.higher, height: map.height };
  }
  return key < map.key
    ? balanced(map, put(map.lower, key, value), map.higher)
    : balanced(map, map.lower, put(map.higher, key, value));
}

/** Returns the map without the key; the same map when the key is not in it. */
export function remove<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
  key: Key,
): SortedMap<Key, Value> {
  if (map === null) return null;
  if (key === map.key) return joined(map.lower, map.higher);
  if (key < map.key) {
    const lower = remove(map.lower, key);
    return lower === map.lower ? map : balanced(map, lower, map.higher);
  }
  const higher = remove(map.higher, key);
  return higher === map.higher ? map : balanced(map, map.lower, higher);
}

/** Lists the entries in ascending order of keys. */
export function* entries<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
): Generator<readonly [Key, Value]> {
  if (map === null) return;
  yield* entries(map.lower);
  yield [map.key, map.value];
  yield* entries(map.higher);
}

/** Joins two maps, all keys of `lower` being smaller, whose heights differ by one at most. */
function joined<Key extends number | string, Value>(
  lower: SortedMap<Key, Value>,
  higher: SortedMap<Key, Value>,
): SortedMap<Key, Value> {
  const middle = first(higher);
  return middle === undefined ? lower : balanced(middle, lower, remove(higher, middle.key));
}

function balanced<Key extends number | string, Value>(
  middle: { readonly key: Key; readonly value: Value },
  lower: SortedMap<Key, Value>,
  higher: SortedMap<Key, Value>,
): Branch<Key, Value> {
  if (lower !== null && lower.height > height(higher) + 1) {
    if (lower.higher !== null && lower.higher.height > height(lower.lower)) {
      const pivot = lower.higher;
      return branch(pivot, branch(lower, lower.lower, pivot.lower), branch(middle, pivot.higher, higher));
    }
    return branch(lower, lower.lower, branch(middle, lower.higher, higher));
  }
  if (higher !== null && higher.height > height(lower) + 1) {
    if (higher.lower !== null && higher.lower.height > height(higher.higher)) {
      const pivot = higher.lower;
      return branch(pivot, branch(middle, lower, pivot.lower), branch(higher, pivot.higher, higher.higher));
    }
    return branch(higher, branch(middle, lower, higher.lower), higher.higher);
  }
  return branch(middle, lower, higher);
}

function branch<Key extends number | string, Value>(
  { key, value }: { readonly key: Key; readonly value: Value },
  lower: SortedMap<Key, Value>,
  higher: SortedMap<Key, Value>,
): Branch<Key, Value> {
  return { key, value, lower, higher, height: Math.max(height(lower), height(higher)) + 1 };
}

const height = <Key extends number | string, Value>(map: SortedMap<Key, Value>): number => map?.height ?? 0;
