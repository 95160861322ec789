import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCorruption, anyMessage } from '../../../conformance/checks/invented/messages.ts';
import { soundInputs } from '../../../conformance/checks/recipes/sound.ts';
import type { Json, Payload, PublishEvent } from '../../../conformance/history/events.ts';
import { EXAMPLES } from '../../../generated/examples.ts';
import { type MessageName, validate } from '../../../generated/validation.ts';

const TOPICS = {
  'nba-phase1-scrapers-complete': 'ScraperCompletion',
  'nba-phase2-raw-complete': 'RawCompletion',
  'nba-phase3-analytics-complete': 'AnalyticsCompletion',
  'nba-phase5-prediction-request': 'PredictionRequest',
} as const satisfies Readonly<Record<string, MessageName>>;

function example(name: MessageName): Payload {
  return EXAMPLES.find(({ message }) => message === name)?.payload as Payload;
}

function published(topic: string, message: Payload): PublishEvent {
  const rest = { message_id: '1', raw: null, attributes: {}, marks: [], sequence: 17, at_ms: 0 };
  return { kind: 'publish', topic, message, ...rest };
}

const ODD: readonly Json[] = [-1, null, '', [], {}, 'x'.repeat(100_000), 0.5, true];

describe.each(Object.entries(TOPICS))('what a target put on %s', (topic, name) => {
  const fields = Object.keys(example(name));
  const cases = fields.flatMap((field) => ODD.map((value) => ({ field, value })));

  test('is made an input that the contract allows, whichever field is wrong, and is told', () => {
    for (const { field, value } of cases) {
      const message = { ...example(name), [field]: value };
      const told: string[] = [];
      const [input = {}] = soundInputs({ mark: (_, sentence) => told.push(sentence) }, [
        published(topic, message),
      ]);
      expect(validate(name, 'receive', input)).toEqual([]);
      expect(JSON.stringify(input).length).toBeLessThan(70_000);
      expect(told.length > 0).toBe(JSON.stringify(input) !== JSON.stringify(message));
      for (const sentence of told) expect(sentence).toContain('#17');
    }
  });

  test('keeps its date and run where they are right', () => {
    const message = { ...example(name), correlation_id: 7, game_date: '2031-02-03' };
    const [input = {}] = soundInputs({ mark: () => {} }, [published(topic, message)]);
    expect(input).toMatchObject({
      game_date: '2031-02-03',
      execution_id: example(name)['execution_id'],
    });
  });

  test('is drawn from to an end, also while it is wrong', () => {
    for (const { field, value } of cases) {
      const message = { ...example(name), [field]: value };
      expect(fc.sample(anyMessage(name, message), 1)).toHaveLength(1);
      expect(fc.sample(anyCorruption(name, message, true), 1)).toHaveLength(1);
    }
  });
});
