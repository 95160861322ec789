import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { HOOK_NAMES } from '../../../conformance/targets/description.ts';
import { readTarget } from '../../../conformance/targets/load.ts';

const PAGE = readFileSync('docs/targets.md', 'utf8');
const EXAMPLES = [PAGE, readFileSync('docs/conformance.md', 'utf8')].flatMap((page) =>
  [...page.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  ),
);
const SCHEMA = parse(readFileSync('conformance/targets/target.schema.yaml', 'utf8'));

describe('docs/targets.md', () => {
  test.each(EXAMPLES.map((text) => [/^name: (.*)$/m.exec(text)?.[1] ?? text, text]))(
    'the example %s is a valid target file',
    (_, text) => {
      expect(readTarget('docs/targets.md', text).name).not.toBe('');
    },
  );
  test('has examples at all', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(6);
  });
  test.each(Object.keys(SCHEMA.properties))('explains the field %s', (field) => {
    expect(PAGE).toContain(`| \`${field}\` |`);
  });
  test.each(HOOK_NAMES)('explains the hook %s', (name) => {
    expect(PAGE).toContain(`| \`${name}\` |`);
    expect(SCHEMA.properties.hooks.properties).toHaveProperty(name);
  });
  test('the adapter is there, and as short as promised', () => {
    const adapter = 'tests/targets/renamed/adapter.py';
    expect(existsSync(adapter)).toBe(true);
    expect(readFileSync(adapter, 'utf8').split('\n').length).toBeLessThan(60);
  });
});
