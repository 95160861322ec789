import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  entries,
  first,
  get,
  put,
  remove,
  type SortedMap,
} from '../../../../conformance/cloud/pubsub/delivery/sorted-map.ts';

const change = fc.record({ key: fc.integer({ min: 0, max: 60 }), keep: fc.boolean() });

describe('the sorted map that states are made of', () => {
  test.prop([fc.array(change, { maxLength: 300 })])('holds what a Map holds, in order of keys', (changes) => {
    let map: SortedMap<number, number> = null;
    const model = new Map<number, number>();
    for (const [index, { key, keep }] of changes.entries()) {
      map = keep ? put(map, key, index) : remove(map, key);
      if (keep) model.set(key, index);
      else model.delete(key);
      expect(get(map, key)).toBe(model.get(key));
    }
    const sorted = [...model].sort(([a], [b]) => a - b);
    expect([...entries(map)]).toEqual(sorted);
    const smallest = first(map);
    expect(smallest === undefined ? undefined : [smallest.key, smallest.value]).toEqual(sorted[0]);
  });

  test.prop([fc.array(change, { maxLength: 100 })])('leaves earlier versions as they were', (changes) => {
    const versions: { map: SortedMap<number, number>; listed: unknown[] }[] = [];
    let map: SortedMap<number, number> = null;
    for (const { key, keep } of changes) {
      map = keep ? put(map, key, key) : remove(map, key);
      versions.push({ map, listed: [...entries(map)] });
    }
    for (const version of versions) expect([...entries(version.map)]).toEqual(version.listed);
  });

  const row = fc.array(change, { maxLength: 40 });

  test.prop([fc.array(row, { maxLength: 12 })])(
    'holds the same when it changes within edits, and leaves what was there before each of them',
    (rows) => {
      let map: SortedMap<number, number> = null;
      const model = new Map<number, number>();
      const versions: { map: SortedMap<number, number>; listed: unknown[] }[] = [];
      for (const changes of rows) {
        const edit = {};
        for (const [index, { key, keep }] of changes.entries()) {
          map = keep ? put(map, key, index, edit) : remove(map, key, edit);
          if (keep) model.set(key, index);
          else model.delete(key);
          expect(get(map, key)).toBe(model.get(key));
        }
        versions.push({ map, listed: [...model].sort(([a], [b]) => a - b) });
      }
      for (const version of versions) expect(entries(version.map)).toEqual(version.listed);
    },
  );

  test('stays shallow within an edit, too', () => {
    const edit = {};
    let map: SortedMap<number, true> = null;
    for (let key = 0; key < 10_000; key += 1) map = put(map, key, true, edit);
    expect(map?.height).toBeLessThanOrEqual(19);
    for (let key = 0; key < 9000; key += 1) map = remove(map, key, edit);
    expect(map?.height).toBeLessThanOrEqual(14);
  });

  test('stays shallow when keys arrive in order, as sequence numbers do', () => {
    let map: SortedMap<number, true> = null;
    for (let key = 0; key < 10_000; key += 1) map = put(map, key, true);
    expect(map?.height).toBeLessThanOrEqual(19);
    for (let key = 0; key < 9000; key += 1) map = remove(map, key);
    expect(map?.height).toBeLessThanOrEqual(14);
  });

  test('removing an absent key returns the same map', () => {
    const map = put(put(null, 'a', 1), 'b', 2);
    expect(remove(map, 'c')).toBe(map);
  });
});
