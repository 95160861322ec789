import { describe, expect, test } from 'vitest';
import { passes } from '../../../../conformance/cloud/pubsub/filter/filter.ts';
import { parseFilter } from '../../../../conformance/cloud/pubsub/filter/parse.ts';

describe('the filter language of a subscription', () => {
  test.each([
    ['attributes:a AND attributes:b AND attributes:c', { a: '1', b: '' }, false],
    ['NOT (attributes:a OR attributes:b)', { c: '1' }, true],
    ['-attributes:a', {}, true],
    ['attributes.a="say \\"hi\\""', { a: 'say "hi"' }, true],
    ['attributes.a = "\\u00e9\\x41\\101\\n"', { a: '\u00e9AA\n' }, true],
    ['attributes.language-tag = "en"', { 'language-tag': 'en' }, true],
    ['hasPrefix( attributes . a , "" )', {}, false],
    ['attributes.constructor = "x"', {}, false],
    ['attributes:toString', {}, false],
  ])('%s passes %j: %s', (text, attributes, expected) => {
    expect(passes(parseFilter(text), attributes)).toBe(expected);
  });

  test.each([
    ['attributes:a AND attributes:b OR attributes:c', 'parentheses where AND and OR meet'],
    ['attributes.a', '"=" or "!="'],
    ['attributes.a = en', 'a value in double quotes'],
    ['attributes.a = "open', 'a value in double quotes'],
    ['attributes:a and attributes:b', 'AND, OR or its end'],
    ['(attributes:a', '")"'],
    ['data = "x"', 'attributes, hasPrefix, NOT or "("'],
    ['attributes:a.b', 'AND, OR or its end'],
    [`attributes.a = "${'x'.repeat(256)}"`, 'at most 256 bytes'],
  ])('%s is refused with what was expected: %s', (text, sentence) => {
    expect(() => parseFilter(text)).toThrow(sentence);
  });
});
