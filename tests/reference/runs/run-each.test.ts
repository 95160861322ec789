import { describe, expect, test } from 'vitest';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { runEach } from '../../../reference/runs/run-each.ts';

const held = new PipelineError('WORK_IN_PROGRESS', 'held elsewhere');
const down = new PipelineError('STORE_UNAVAILABLE', 'no answer');

describe('the processors of one delivery run at the same time', () => {
  test('each begins before any has ended', async () => {
    let begun = 0;
    let open: (() => void) | undefined;
    const all_begun = new Promise<void>((resolve) => {
      open = resolve;
    });
    const outcomes = await runEach(['b', 'a', 'c'], async (processor) => {
      begun += 1;
      if (begun === 3) open?.();
      await all_begun;
      return processor.toUpperCase();
    });
    expect(Object.entries(outcomes)).toEqual([
      ['b', 'B'],
      ['a', 'A'],
      ['c', 'C'],
    ]);
  });

  test.each([
    ['one is held elsewhere', { b: held }, 'WORK_IN_PROGRESS'],
    ['the store is away for one', { b: down }, 'STORE_UNAVAILABLE'],
    ['one is held and the store is away for a later one', { a: held, c: down }, 'STORE_UNAVAILABLE'],
  ])('the others end although %s, and the delivery is nacked', async (_, errors, code) => {
    const ended: string[] = [];
    const run = async (processor: string) => {
      const error = (errors as Record<string, PipelineError>)[processor];
      if (error !== undefined) throw error;
      ended.push(processor);
    };
    await expect(runEach(['a', 'b', 'c'], run)).rejects.toMatchObject({ code });
    expect(ended).toHaveLength(3 - Object.keys(errors).length);
  });
});
