import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../../conformance/reports/html/page.ts';
import { failingResult, passingResult } from './failing.ts';
import { everything, readXml, textOf, type XmlElement } from './xml.ts';

const html = htmlReport([failingResult('mine <1>'), passingResult('theirs')]);
const page = everything(readXml(html));
const all = (name: string) => page.filter((element) => element.name === name);
const classed = (name: string) =>
  page.filter(({ attributes }) => attributes['class']?.split(' ').includes(name));
const inside = (element: XmlElement | undefined) => (element === undefined ? [] : everything(element));

describe('the page is self-contained', () => {
  test('it names no address on a network and loads nothing', () => {
    expect(html).not.toMatch(/https?:|\/\/|@import|url\(/);
    const loading = ['script', 'link', 'img', 'iframe', 'object', 'embed', 'video', 'audio', 'base', 'form'];
    expect(page.filter(({ name }) => loading.includes(name))).toEqual([]);
    expect(page.filter(({ attributes }) => 'src' in attributes || 'style' in attributes)).toEqual(
      classed('bar').flatMap(({ children }) => children),
    );
  });
  test('every link leads to one element of the page, and ids are unique', () => {
    const ids = page.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of all('a')) expect(ids).toContain(attributes['href']?.slice(1));
    for (const { attributes } of page) {
      for (const name of ['aria-labelledby', 'aria-describedby']) {
        if (attributes[name] !== undefined) expect(ids).toContain(attributes[name]);
      }
    }
  });
  test('the same results give the same page', () => {
    expect(htmlReport([passingResult('theirs')])).toBe(htmlReport([passingResult('theirs')]));
  });
});

describe('the page tells', () => {
  test('the verdict on each implementation first', () => {
    expect(all('h1').map(textOf).join()).toMatch(/mine <1> does not conform\..*theirs conforms\./);
    expect(textOf(all('title')[0] ?? readXml('<a/>'))).toContain('mine <1> does not conform.');
  });
  test('requirements as rows by area, with level and a column for each implementation', () => {
    const heads = inside(all('thead')[0]).filter(({ name }) => name === 'th');
    expect(heads.map(({ text }) => text)).toEqual(['Requirement', 'Level', 'mine <1>', 'theirs']);
    expect(heads.every(({ attributes }) => attributes['scope'] === 'col')).toBe(true);
    const rows = all('tr').filter(({ children }) => children[0]?.attributes['scope'] === 'row');
    expect(rows.length).toBe(failingResult().requirements.length);
    const casc = rows.find((row) => textOf(row).includes('CASC-001'));
    expect(casc?.children.map(textOf).slice(1).join('|')).toMatch(
      /MUST\|.*not applicable.*not claimed\|.*not judged/,
    );
    const first = rows.find((row) => textOf(row).includes('double trigger'));
    expect(first?.children.map(textOf).join('|')).toMatch(/✗ failed.*6 cases.*\|.*✓ passed.*6 cases/);
  });
  test('the same name twice as two columns', () => {
    const twice = htmlReport([passingResult('same'), passingResult('same')]);
    expect(twice).toContain('<th scope="col">same (1)</th><th scope="col">same (2)</th>');
  });
  test('each failure with its proof, diagram, steps in words and the command', () => {
    const failures = classed('failure');
    const failed = failingResult().requirements.filter(({ result }) => result === 'failed');
    expect(failures.length).toBe(failed.length);
    const shown = failures.find((one) => textOf(one).includes('double trigger'));
    expect(inside(shown).some(({ name }) => name === 'svg')).toBe(true);
    expect(inside(shown).filter(({ name }) => name === 'li').length).toBeGreaterThan(10);
    expect(shown === undefined ? '' : textOf(shown)).toContain('--only fan-in-in-any-order@1 --seed 7');
  });
  test('no failures where there are none', () => {
    const fine = htmlReport([passingResult('theirs')]);
    expect(fine).not.toContain('id="failures"');
    expect(fine).not.toContain('<svg');
  });
});

describe('the page can be used without a mouse and by ear', () => {
  test('a skip link comes first, failures open and close, what scrolls takes the focus', () => {
    const first = page.find(({ name, attributes }) => name === 'a' && attributes['href'] !== undefined);
    expect(first?.attributes['class']).toBe('skip');
    expect(
      classed('failure').every(({ name, children }) => name === 'details' && children[0]?.name === 'summary'),
    ).toBe(true);
    expect(
      classed('scroll').every(
        ({ attributes }) => attributes['tabindex'] === '0' && attributes['role'] === 'region',
      ),
    ).toBe(true);
    expect(html).toContain(':focus-visible');
  });
  test('each diagram has a label and a description', () => {
    expect(all('svg').length).toBeGreaterThan(0);
    for (const { attributes } of all('svg')) {
      expect(attributes['role']).toBe('img');
      expect(attributes['aria-label']).toMatch(/^Space-time diagram of .* steps, the proof cites #/);
      expect(attributes['aria-describedby']).toMatch(/-steps$/);
    }
  });
  test('it follows the light or dark setting of the reader', () => {
    expect(html).toContain('@media (prefers-color-scheme: dark)');
  });
});
