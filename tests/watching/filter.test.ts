import { describe, expect, test } from 'vitest';
import { matches } from './filter.ts';

describe('the evaluator of filters', () => {
  test('a filter that our subset does not know is refused', () => {
    const entry = { resource: { type: 'x' }, jsonPayload: {} };
    for (const filter of ['NOT a=1', 'a=1 AND b=2 OR c=3', '(a=1', 'a=~"x"', 'a=1 b=2']) {
      expect(() => matches(filter, entry), filter).toThrow(/expected/);
    }
  });
});
