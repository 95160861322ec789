import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conformance } from '../command.ts';

const PAGES = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(`docs/${name}`, 'utf8'))
  .join('\n');

test('every flag of conformance run is explained on a page of docs/', async () => {
  const { out } = await conformance('run', '--help');
  const flags = [...out.matchAll(/^ {2,}(?:-\w, )?(--[a-z-]+)( <\S+>)? +(.*)$/gm)];
  expect(flags.length).toBeGreaterThan(10);
  const missing = flags.filter(([, flag = '']) => flag !== '--help' && !PAGES.includes(flag));
  // What is missing is named as the row to paste.
  expect(missing.map(([, flag, value = '', says]) => `| \`${flag}${value}\` | ${says} |`)).toEqual([]);
});
