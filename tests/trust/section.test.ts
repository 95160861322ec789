import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { replaceSection, TRUST_PAGE } from './section.ts';

const PAGE = `# Page

<!-- measured: one -->
old
<!-- end: one -->

between

<!-- measured: two -->
other
<!-- end: two -->
`;

describe('a measured section of docs/trust.md', () => {
  test('is replaced between its markers, and no other word changes', () => {
    expect(replaceSection(PAGE, 'one', 'new $& text\n')).toBe(PAGE.replace('old', () => '\nnew $& text\n'));
  });

  test('can be replaced again', () => {
    const once = replaceSection(PAGE, 'two', 'a');
    expect(replaceSection(replaceSection(once, 'two', 'b'), 'two', 'a')).toBe(once);
  });

  test('must be on the page, once', () => {
    expect(() => replaceSection(PAGE, 'three', 'x')).toThrow('expected "<!-- measured: three -->" once');
    expect(() => replaceSection(PAGE + PAGE, 'one', 'x')).toThrow(/once/);
  });

  test('of systematic mutants is on the page', () => {
    const page = readFileSync(TRUST_PAGE, 'utf8');
    expect(() => replaceSection(page, 'systematic mutants of reference', 'x')).not.toThrow();
  });
});
