import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requirementOfDefect, VALUE_REQUIREMENTS } from '../../../conformance/checks/invented/defects.ts';
import { anyCorruption, anyMessage } from '../../../conformance/checks/invented/messages.ts';
import { anyFaultPlan, describePlan } from '../../../conformance/checks/invented/plans.ts';
import { findSmallest } from '../../../conformance/checks/invented/search.ts';
import { FIELD_REQUIREMENTS } from '../../../conformance/checks/messages/corruptions.ts';
import type { Payload } from '../../../conformance/history/events.ts';
import { EXAMPLES } from '../../../generated/examples.ts';
import { type MessageName, validate } from '../../../generated/validation.ts';

const NAMES: readonly MessageName[] = [
  'ScraperCompletion',
  'RawCompletion',
  'AnalyticsCompletion',
  'Phase4Trigger',
  'PrecomputeCompletion',
  'FeatureStoreCompletion',
  'PredictionRequest',
  'PredictionReady',
];
const SEED = 20240115;

function example(name: MessageName): Payload {
  const found = EXAMPLES.find(({ message }) => message === name);
  if (found === undefined) throw new Error(`expected an example of ${name}`);
  return found.payload as Payload;
}

describe.each(NAMES)('messages drawn for %s', (name) => {
  const base = example(name);

  test('right ones are right, and about the same work', () => {
    const property = fc.property(anyMessage(name, base), (message) => {
      expect(validate(name, 'receive', message)).toEqual([]);
      expect(message['game_date']).toBe(base['game_date']);
      expect(message['execution_id']).toBe(base['execution_id']);
    });
    fc.assert(property, { seed: SEED, numRuns: 50 });
  });

  test('wrong ones are wrong in the field that they name, by a requirement that the check lists', () => {
    const listed: readonly string[] = [...FIELD_REQUIREMENTS, ...VALUE_REQUIREMENTS];
    const property = fc.property(anyCorruption(name, base, true), ({ defect, message }) => {
      expect(validate(name, 'receive', message)).not.toEqual([]);
      const changed = Object.keys(base).filter(
        (field) => JSON.stringify(message[field]) !== JSON.stringify(base[field]),
      );
      expect(changed).toHaveLength(1);
      expect(defect).toContain(`in the field ${changed[0]}`);
      expect(listed).toContain(requirementOfDefect(defect));
    });
    fc.assert(property, { seed: SEED, numRuns: 200 });
  });
});

describe('what does harm is made small', () => {
  const base = example('AnalyticsCompletion');

  test('a receiver that takes everything is shown the first field, left out', async () => {
    const take = () => Promise.resolve(false);
    const { smallest, tried } = await findSmallest(anyCorruption('AnalyticsCompletion', base, true), take, {
      seed: SEED,
      runs_max: 40,
    });
    expect(tried).toBe(1);
    expect(smallest?.defect).toBe(`nothing in the field ${Object.keys(base)[0]}`);
  });

  test('a receiver that takes negative counts only is shown the smallest of them', async () => {
    const refuse = ({ message }: { readonly message: Payload }) =>
      Promise.resolve(!(typeof message['record_count'] === 'number' && message['record_count'] < 0));
    const { smallest } = await findSmallest(anyCorruption('AnalyticsCompletion', base, true), refuse, {
      seed: SEED,
      runs_max: 2_000,
    });
    expect(smallest?.defect).toBe('a value that the contract does not allow in the field record_count: -1');
  });

  test('a plan of faults loses every rule that does no harm', async () => {
    const holds = (plan: readonly { readonly on: string; readonly times?: number }[]) =>
      Promise.resolve(!plan.some(({ on, times = 1 }) => on === 'commit' && times >= 2));
    const { smallest } = await findSmallest(anyFaultPlan(), holds, { seed: SEED, runs_max: 200 });
    expect(smallest).toEqual([{ on: 'commit', effect: 'refuse', after: 0, times: 2 }]);
    expect(describePlan(smallest ?? [])).toBe('commit 1 to 2 are refused');
  });

  test('the same seed draws the same', async () => {
    const draw = async (seed: number): Promise<readonly string[]> => {
      const drawn: string[] = [];
      await findSmallest(
        anyCorruption('RawCompletion', example('RawCompletion'), true),
        ({ defect }) => {
          drawn.push(defect);
          return Promise.resolve(true);
        },
        { seed, runs_max: 30 },
      );
      return drawn;
    };
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  test('a search whose time is over begins nothing more, and awaits what it has begun', async () => {
    let under_way = 0;
    const found = await findSmallest(
      fc.integer(),
      async () => {
        under_way += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        under_way -= 1;
        return true;
      },
      { seed: SEED, runs_max: 400, search_ms_max: 12 },
    );
    expect(under_way).toBe(0);
    expect(found.tried).toBeLessThan(400);
  });

  test('what breaks besides the target ends the search, and is no finding', async () => {
    const broken = findSmallest(fc.integer(), () => Promise.reject(new Error('the judge is broken')), {
      seed: SEED,
      runs_max: 40,
    });
    await expect(broken).rejects.toThrow('the judge is broken');
  });
});
