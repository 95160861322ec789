import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { callStore } from '../../../reference/google/firestore/store-call.ts';
import { createLogger } from '../../../reference/google/logger.ts';

describe('ACK-006 a store that does not answer nacks instead of hanging', () => {
  test('after the limit the call is STORE_UNAVAILABLE', async () => {
    const never = new Promise<never>(() => undefined);
    await expect(callStore('read a/b', 1, never)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('expected Firestore to read a/b, got: no answer within 1 ms'),
    });
  });

  test('a broken precondition is STORE_CONFLICT', async () => {
    const refused = Promise.reject(Object.assign(new Error('changed'), { code: 9 }));
    await expect(callStore('write a/b', 1_000, refused)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  test('what is no error object is told as well', async () => {
    await expect(callStore('write a/b', 1_000, Promise.reject('odd'))).rejects.toThrow('got: odd');
  });
});

describe('log lines are Cloud Logging’s', () => {
  function linesOf(environment: { LOG_LEVEL?: string }, isTTY = false): readonly Record<string, unknown>[] {
    const written: string[] = [];
    const out = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    });
    const log = createLogger(environment, Object.assign(out, { isTTY }));
    log.debug('one');
    log.info('two', { correlation_id: 'c', game_date: '2024-01-15', phase: 'phase_2_raw' });
    log.warn('three');
    log.error('four');
    return written.map((line) => JSON.parse(line));
  }

  test('severity, message, time and fields', () => {
    expect(linesOf({ LOG_LEVEL: 'debug' })).toMatchObject([
      { severity: 'DEBUG', message: 'one' },
      {
        severity: 'INFO',
        message: 'two',
        correlation_id: 'c',
        game_date: '2024-01-15',
        phase: 'phase_2_raw',
      },
      { severity: 'WARNING', message: 'three' },
      { severity: 'ERROR', message: 'four' },
    ]);
    for (const line of linesOf({ LOG_LEVEL: 'debug' })) expect(line['time']).toMatch(/Z$/);
  });

  test('LOG_LEVEL decides; a terminal sees errors only, everything else info and above', () => {
    expect(linesOf({ LOG_LEVEL: 'error' })).toHaveLength(1);
    expect(linesOf({}, true)).toHaveLength(1);
    expect(linesOf({}, false)).toHaveLength(3);
  });
});
