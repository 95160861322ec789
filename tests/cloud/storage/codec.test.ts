import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDocument, encodeDocument } from '../../../conformance/cloud/firestore/kept/codec.ts';
import { identicalFields } from '../../../conformance/cloud/firestore/values/identical.ts';
import { put, remove, type SortedMap } from '../../../conformance/cloud/pubsub/delivery/sorted-map.ts';
import { openKeptMessages } from '../../../conformance/cloud/pubsub/kept/messages.ts';
import { differences } from '../../../conformance/cloud/pubsub/kept/unacked.ts';
import { createMemoryStorage } from '../../../conformance/cloud/storage/memory.ts';
import { anyText, anyValue, storedDocument } from '../firestore/core/arbitraries.ts';

const SEED = { seed: 20240115, numRuns: 500 };

describe('what is kept comes back as it was', () => {
  test('a document of any values', () => {
    const fields = fc
      .array(fc.tuple(fc.oneof(anyText(), fc.constantFrom('__proto__', 'a.b', '')), anyValue()), {
        maxLength: 5,
      })
      .map((entries) => new Map(entries));
    fc.assert(
      fc.property(fields, fc.string({ minLength: 1 }), (of, id) => {
        const document = storedDocument(id.replaceAll('/', 'x'), of);
        const read = decodeDocument({ project: 'demo-p', database: '(default)' }, encodeDocument(document));
        expect({ ...read, fields: undefined }).toEqual({ ...document, fields: undefined });
        expect(identicalFields(read.fields, document.fields)).toBe(true);
        expect([...read.fields.keys()]).toEqual([...document.fields.keys()]);
      }),
      SEED,
    );
  });

  test('a message of any payload and attributes, after another start too', () => {
    const storage = createMemoryStorage();
    const messages = openKeptMessages(storage);
    let id = 0;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.dictionary(fc.string(), fc.string()),
        fc.string(),
        (payload, attributes, ordering_key) => {
          id += 1;
          const message = {
            message_id: String(id),
            data: Buffer.from(payload),
            attributes: { ...attributes },
            ordering_key,
            published_at_ms: 5,
            size_bytes: payload.length,
          };
          messages.take(message);
          const found = openKeptMessages(storage).find(String(id));
          expect(found).toMatchObject({ message_id: String(id), ordering_key, published_at_ms: 5 });
          expect(found?.data).toEqual(message.data);
          expect(found?.attributes).toEqual(message.attributes);
          messages.forgetUnheld(messages.all());
        },
      ),
      { ...SEED, numRuns: 200 },
    );
    expect([...storage.scan('')]).toEqual([]);
  });
});

describe('the comparison of two states of a subscription', () => {
  test('finds exactly the keys that were put, replaced and removed', () => {
    const step = fc.record({ key: fc.integer({ min: 1, max: 60 }), put: fc.boolean() });
    const apply = (map: SortedMap<number, object>, steps: readonly { key: number; put: boolean }[]) =>
      steps.reduce(
        (current, each) => (each.put ? put(current, each.key, {}) : remove(current, each.key)),
        map,
      );
    const entriesOf = (map: SortedMap<number, object>, into = new Map<number, object>()) => {
      if (map === null) return into;
      entriesOf(map.lower, into);
      into.set(map.key, map.value);
      return entriesOf(map.higher, into);
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.array(step, { maxLength: 20 }), (first, second) => {
        const before = apply(null, first);
        const after = apply(before, second);
        const [old, now] = [entriesOf(before), entriesOf(after)];
        const expected = [...new Set([...old.keys(), ...now.keys()])]
          .sort((a, b) => a - b)
          .filter((key) => old.get(key) !== now.get(key))
          .map((key) => ({ key, before: old.get(key), after: now.get(key) }));
        const found = [...differences(before, after)];
        expect(found.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
        for (const [index, each] of found.entries()) {
          expect(each.before).toBe(expected[index]?.before);
          expect(each.after).toBe(expected[index]?.after);
        }
      }),
      SEED,
    );
  });
});
