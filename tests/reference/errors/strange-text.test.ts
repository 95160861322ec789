import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validate } from '../../../generated/validation.ts';
import { NESTING_MAX, nestingOf } from '../../../reference/errors/nesting.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { printable, printableJson } from '../../../reference/errors/printable.ts';
import { readJsonBody } from '../../../reference/http/request.ts';
import { decodeDelivery } from '../../../reference/message/decode.ts';

const SEED = 20240115;

describe('text and nesting', () => {
  test.each(['[', '{"a":'])(
    '5,000 nested %s are refused with 400, at the door and in the body of a call',
    (open) => {
      const close = open === '[' ? ']' : '}';
      const deep = `${open.repeat(5000)}${open === '[' ? '' : '1'}${close.repeat(5000)}`;
      const message = { messageId: '1', data: Buffer.from(deep).toString('base64') };
      const request = (body: string) => ({
        method: 'POST',
        path: '/',
        query: {},
        headers: {},
        body: Buffer.from(body),
      });
      const refusal = (act: () => unknown) => {
        try {
          return act();
        } catch (error) {
          return error instanceof PipelineError ? [error.code, error.status] : error;
        }
      };
      expect(refusal(() => decodeDelivery(request(JSON.stringify({ message }))))).toEqual([
        'INVALID_JSON',
        400,
      ]);
      expect(refusal(() => decodeDelivery(request(deep)))).toEqual(['INVALID_ENVELOPE', 400]);
      expect(refusal(() => readJsonBody(request(deep)))).toEqual(['INVALID_JSON', 400]);
      const problems = validate('AnalyticsCompletion', 'receive', JSON.parse(deep));
      expect(problems.length).toBeGreaterThan(0);
    },
  );

  test('nesting is counted as a parser counts it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        const depthOf = (value: unknown): number =>
          typeof value === 'object' && value !== null
            ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
            : 0;
        expect(nestingOf(json)).toBe(depthOf(JSON.parse(json)));
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(nestingOf('['.repeat(5000))).toBeGreaterThan(NESTING_MAX);
    expect(nestingOf('"[[[\\"[["')).toBe(0);
  });

  test('JSON that is made safe for a terminal means the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, text) => {
        const value = JSON.parse(JSON.stringify({ [name]: [text] }));
        const safe = printableJson(JSON.stringify(value, null, 2));
        expect(printable(safe.replaceAll('\n', ''))).toBe(safe.replaceAll('\n', ''));
        expect(JSON.parse(safe)).toEqual(value);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
