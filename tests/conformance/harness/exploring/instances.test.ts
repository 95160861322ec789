import { describe, expect, test } from 'vitest';
import { createInstances } from '../../../../conformance/harness/exploring/staged.ts';

describe('instances of a component', () => {
  const chosen = (instances: ReturnType<typeof createInstances>, turns: readonly number[]) =>
    turns.map((turn) => instances.choose(turn).replica);

  test('take deliveries by turns; a single one is not named', () => {
    expect(chosen(createInstances(2), [0, 1, 2])).toEqual([1, 2, 1]);
    expect(createInstances(1).choose(3)).toEqual({});
  });

  test('that are gone get nothing more, until all are gone and there are new ones', () => {
    const instances = createInstances(2);
    instances.lose({ replica: 1 });
    expect(chosen(instances, [0, 1, 2])).toEqual([2, 2, 2]);
    instances.lose({ replica: 2 });
    expect(chosen(instances, [0, 1, 2])).toEqual([1, 2, 1]);
  });
});
