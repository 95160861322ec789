import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { ROOT } from '../apply.ts';
import { MUTANTS } from '../catalogue.ts';
import { FAMILIES } from './families.ts';

const page = readFileSync(path.join(ROOT, 'docs/failures.md'), 'utf8');

describe('docs/failures.md shows each family as the judge of today would; else run npm run docs:failures', () => {
  test('there are eight, and the page has no others', () => {
    expect(FAMILIES.length).toBe(8);
    const titles = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(FAMILIES.map(({ name }) => name));
  });
  test.each(FAMILIES.map((family) => [family.name, family] as const))('%s', (name, family) => {
    const part = page.split(`## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
    expect(MUTANTS.map(({ id }) => id)).toContain(family.mutant);
    const check = CHECKS.find((one) => one.name === family.check);
    expect(check?.requirements).toContain(family.requirement);
    expect(part).toContain(`(\`${family.mutant}\`)`);
    expect(part).toContain(`\n${family.requirement} (MUST)`);
    expect(part).toContain('Smallest case: ');
    expect(part).toContain(`--only ${family.check}`);
    expect(part).toContain(`STILL FAILING ${family.requirement} `);
    expect(part).toContain(`\nFIXED ${family.requirement} `);
  });
});
