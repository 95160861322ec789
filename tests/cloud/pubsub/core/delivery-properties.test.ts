import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { anyPolicy, anyStep, begin, checkInvariants, drain, perform } from './life.ts';

describe('whatever happens to a subscription', () => {
  test.prop([anyPolicy, fc.array(anyStep, { maxLength: 60 })], { numRuns: 300 })(
    'no message is lost or kept too long, ordering keys keep their order, and flow control holds',
    (policy, steps) => {
      const life = begin(policy);
      for (const step of steps) {
        perform(life, step);
        checkInvariants(life);
      }
    },
  );

  test.prop([anyPolicy, fc.array(anyStep, { maxLength: 60 })], { numRuns: 300 })(
    'a consumer that acks everything gets every message that was not acked or dead-lettered before',
    (policy, steps) => {
      const life = begin(policy);
      for (const step of steps) perform(life, step);
      drain(life);
      expect(life.state.deliveries).toBeNull();
      expect(life.finished.size).toBe(life.published.length);
      expect(life.state).toMatchObject({ ready: null, due: null, keys: null });
    },
  );
});
