import { describe, expect, test } from 'vitest';
import { asSentBy } from '../../../../conformance/checks/versions/as-sent-by.ts';
import { versionsSentBy } from '../../../../conformance/checks/versions/sent.ts';
import { SUPPORTED_VERSIONS, validateBy } from '../../../../conformance/contract/versions.ts';
import { createRandom } from '../../../../conformance/harness/messages/random.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { against, askedVersion } from '../../../../conformance/targets/claims.ts';
import { readTarget } from '../../../../conformance/targets/load.ts';
import { EXAMPLES } from '../../../../generated/examples.ts';
import { MESSAGE_NAMES, type MessageName } from '../../../../generated/validation.ts';
import { CONTRACT } from '../../../../generated/version.ts';

const RANDOM = createRandom('versions', 1);

function exampleOf(name: MessageName): Payload {
  return EXAMPLES.find(({ message }) => message === name)?.payload as Payload;
}

describe('MSG-028 a message as a sender of a version writes it', () => {
  test.each(SUPPORTED_VERSIONS)('%s: every message has one, and each is valid by that version', (version) => {
    for (const name of MESSAGE_NAMES) {
      const forms = asSentBy(version, name, exampleOf(name), RANDOM);
      expect(forms.length, name).toBeGreaterThan(0);
      for (const { message } of forms) expect(validateBy(version, name, 'send', message)).toEqual([]);
    }
  });
  test('1.0.0: a result has no attempt, and its correlation_id may be longer than 128 characters', () => {
    const told = asSentBy('1.0.0', 'PredictionReady', exampleOf('PredictionReady'), RANDOM).map(
      ({ difference }) => difference,
    );
    expect(told[0]).toBe('without attempt');
    expect(told).toContain('without attempt, with a correlation_id of 512 characters');
    expect(told).toContain('without attempt, with a correlation_id of 128 characters');
  });
  test('1.1.0: a sender may write the attempt or leave it out', () => {
    const forms = asSentBy('1.1.0', 'PredictionReady', exampleOf('PredictionReady'), RANDOM);
    expect(forms.map(({ message }) => 'attempt' in message)).toEqual([false, true]);
  });
  test('what today refuses of 1.0.0, and 1.0.0 of today', () => {
    const sent = { ...exampleOf('PredictionReady'), attempt: 1 };
    expect(validateBy('1.0.0', 'PredictionReady', 'send', sent)).toEqual([
      { field: 'attempt', expected: 'no field of this name', got: '1' },
    ]);
    expect(validateBy('1.0.0', 'PredictionReady', 'receive', sent)).toEqual([]);
    const long = { ...sent, correlation_id: 'a'.repeat(200) };
    expect(validateBy(CONTRACT.version, 'PredictionReady', 'receive', long)).toHaveLength(1);
    expect(() => validateBy('0.9.0', 'PredictionReady', 'send', sent)).toThrow(
      `expected a released version of the contract (1.0.0, ${CONTRACT.version}), got 0.9.0`,
    );
  });
});

describe('the versions that a target claims', () => {
  const file = (contract: string) =>
    readTarget(
      'mine.yaml',
      `name: mine\nprofiles: [message]\ncontract: ${contract}\ncomponents:\n  phase5-worker: { command: [node], contract: { sends: 1.1.0 } }\n  phase2-raw: { command: [node] }\n`,
    );
  test('what is sent to a topic is judged by the versions of its senders', () => {
    const sent = versionsSentBy(file('{ sends: 1.0.0 }'));
    expect(sent('nba-phase5-prediction-ready')).toEqual(['1.1.0']);
    expect(sent('nba-phase2-raw-complete')).toEqual(['1.0.0']);
  });
  test('a requirement of what is sent is asked by the one, any other by the other', () => {
    const mixed = file('{ sends: 1.0.0, receives: 1.1.0 }');
    expect(askedVersion(mixed, 'MSG-026', ['phase2-raw'])).toBe('1.0.0');
    expect(askedVersion(mixed, 'MSG-026', ['phase5-worker'])).toBe('1.1.0');
    expect(askedVersion(mixed, 'MSG-011', ['phase2-raw'])).toBe('1.1.0');
  });
  test('against a version: asked what it asked, and MSG-028; it may send as later versions do, unless it says how it sends', () => {
    const live = against(file('{ receives: 1.1.0 }'), '1.0.0');
    expect([live.contract, live.sends, live.against]).toEqual(['1.0.0', [...SUPPORTED_VERSIONS], '1.0.0']);
    expect(askedVersion(live, 'MSG-011', ['phase2-raw'])).toBe('1.0.0');
    expect(askedVersion(live, 'MSG-028', ['phase2-raw'])).toBe(CONTRACT.version);
    expect(against(file('1.0.0'), '1.0.0').sends).toEqual(['1.0.0']);
  });
});
