import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CATALOGUE } from '../../../conformance/requirements/catalogue.ts';
import { HOOK_NAMES } from '../../../conformance/targets/description.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { obstacleOf, untested } from '../../../conformance/verdict/applicability.ts';

const PAGE = readFileSync('docs/targets.md', 'utf8');
const EXAMPLES = [
  PAGE,
  readFileSync('docs/conformance.md', 'utf8'),
  readFileSync('docs/python.md', 'utf8'),
].flatMap((page) =>
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
  test.each(EXAMPLES.map((text) => [/^name: (.*)$/m.exec(text)?.[1] ?? text, text]))(
    'the example %s lacks nothing that its profiles ask for',
    (_, text) => {
      const target = readTarget('docs/targets.md', text);
      const components = Object.values(target.components);
      const is_deployed = components.every(({ command, url }) => command === null && url === null);
      const cloud = is_deployed ? 'project' : 'embedded';
      const lacking = CATALOGUE.filter(
        (requirement) =>
          requirement.checks.every((check) => obstacleOf(check, target, cloud) !== undefined) &&
          untested(requirement, target, cloud).result === 'failed',
      );
      expect(lacking.map(({ id }) => id)).toEqual([]);
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
