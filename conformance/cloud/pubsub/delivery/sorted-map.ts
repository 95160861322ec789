/**
 * A map that is never changed: `put` and `remove` return a new one that shares what stayed the same, so a
 * state of ten thousand messages is replaced at the price of a dozen small objects. Keys ascend. Null is empty.
 * (A balanced tree after Adelson-Velsky and Landis: sibling heights differ by one at most.)
 *
 * Who changes many keys in a row does so within an edit: parts that the edit made itself are changed in place, since nobody
 * else has seen them. A map that went into a change of its edit is not to be used any more; every other map stays as it was.
 */
export type SortedMap<Key extends number | string, Value> = Branch<Key, Value> | null;

/** Names one row of changes; each has an object of its own. Null: every change makes a new map. */
export type Edit = object | null;

interface Branch<Key extends number | string, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly lower: SortedMap<Key, Value>;
  readonly higher: SortedMap<Key, Value>;
  readonly height: number;
  /** The edit that made it. */
  readonly edit: Edit;
}

type Mutable<Part> = { -readonly [Field in keyof Part]: Part[Field] };

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
  edit: Edit = null,
): Branch<Key, Value> {
  if (map === null) return { key, value, lower: null, higher: null, height: 1, edit };
  if (key < map.key) return balanced(map, put(map.lower, key, value, edit), map.higher, edit);
  if (key > map.key) return balanced(map, map.lower, put(map.higher, key, value, edit), edit);
  const { lower, higher, height } = map;
  if (!isOwn(map, edit)) return { key, value, lower, higher, height, edit };
  map.value = value;
  return map;
}

/** Returns the map without the key; the same map when the key is not in it. */
export function remove<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
  key: Key,
  edit: Edit = null,
): SortedMap<Key, Value> {
  if (map === null) return null;
  if (key === map.key) return joined(map.lower, map.higher, edit);
  if (key < map.key) {
    const lower = remove(map.lower, key, edit);
    return isUnchanged(map.lower, lower, edit) ? map : balanced(map, lower, map.higher, edit);
  }
  const higher = remove(map.higher, key, edit);
  return isUnchanged(map.higher, higher, edit) ? map : balanced(map, map.lower, higher, edit);
}

/** Lists the entries in ascending order of keys. */
export function entries<Key extends number | string, Value>(
  map: SortedMap<Key, Value>,
): readonly (readonly [Key, Value])[] {
  const listed: (readonly [Key, Value])[] = [];
  const list = (part: SortedMap<Key, Value>): void => {
    if (part === null) return;
    list(part.lower);
    listed.push([part.key, part.value]);
    list(part.higher);
  };
  list(map);
  return listed;
}

function isOwn<Key extends number | string, Value>(
  part: Branch<Key, Value>,
  edit: Edit,
): part is Mutable<Branch<Key, Value>> {
  return edit !== null && part.edit === edit;
}

/** The same part may have other parts below it, if it was the edit's own. */
function isUnchanged<Key extends number | string, Value>(
  before: SortedMap<Key, Value>,
  after: SortedMap<Key, Value>,
  edit: Edit,
): boolean {
  return before === after && (after === null || !isOwn(after, edit));
}

/** Joins two maps, all keys of `lower` being smaller, whose heights differ by one at most. */
function joined<Key extends number | string, Value>(
  lower: SortedMap<Key, Value>,
  higher: SortedMap<Key, Value>,
  edit: Edit,
): SortedMap<Key, Value> {
  if (lower === null || higher === null) return lower ?? higher;
  let middle = higher;
  while (middle.lower !== null) middle = middle.lower;
  const { key, value } = middle;
  const rest = remove(higher, key, edit);
  return balanced({ key, value, lower, higher: rest, height: 0, edit: null }, lower, rest, edit);
}

function balanced<Key extends number | string, Value>(
  middle: Branch<Key, Value>,
  lower: SortedMap<Key, Value>,
  higher: SortedMap<Key, Value>,
  edit: Edit,
): Branch<Key, Value> {
  if (lower !== null && lower.height > height(higher) + 1) {
    const { lower: outer, higher: inner } = lower;
    if (inner !== null && inner.height > height(outer)) {
      const { lower: left, higher: right } = inner;
      return branch(inner, branch(lower, outer, left, edit), branch(middle, right, higher, edit), edit);
    }
    return branch(lower, outer, branch(middle, inner, higher, edit), edit);
  }
  if (higher !== null && higher.height > height(lower) + 1) {
    const { lower: inner, higher: outer } = higher;
    if (inner !== null && inner.height > height(outer)) {
      const { lower: left, higher: right } = inner;
      return branch(inner, branch(middle, lower, left, edit), branch(higher, right, outer, edit), edit);
    }
    return branch(higher, branch(middle, lower, inner, edit), outer, edit);
  }
  return branch(middle, lower, higher, edit);
}

/** Puts two parts below a middle one; into the middle one itself if it is the edit's own. */
function branch<Key extends number | string, Value>(
  middle: Branch<Key, Value>,
  lower: SortedMap<Key, Value>,
  higher: SortedMap<Key, Value>,
  edit: Edit,
): Branch<Key, Value> {
  const tallest = Math.max(height(lower), height(higher)) + 1;
  if (isOwn(middle, edit)) {
    middle.lower = lower;
    middle.higher = higher;
    middle.height = tallest;
    return middle;
  }
  const { key, value } = middle;
  return { key, value, lower, higher, height: tallest, edit };
}

const height = <Key extends number | string, Value>(map: SortedMap<Key, Value>): number => map?.height ?? 0;
