import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { main } from '../../scripts/contract/command/main.ts';
import { layoutFlow } from '../../scripts/contract/page/diagram/layout.ts';
import { anchorOf } from '../../scripts/contract/page/markup.ts';
import { contractPage } from '../../scripts/contract/page/page.ts';
import { timesOf } from '../../scripts/contract/page/parts/times.ts';
import { realContract } from './edited-contract.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'contract-page-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

async function contract(...args: readonly string[]) {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {});
  const err = vi.spyOn(console, 'error').mockImplementation(() => {});
  const code = await main(args);
  const said = [...out.mock.calls, ...err.mock.calls].flat().join('\n');
  out.mockRestore();
  err.mockRestore();
  return { code, said };
}

describe('contract page', { timeout: 120_000 }, () => {
  test('writes one file, the same for the same contract, that names nothing outside itself', async () => {
    const file = join(FOLDER, 'contract.html');
    const { code, said } = await contract('page', '--out', file);
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/contract\.html: contract \d+\.\d+\.\d+, \d+ KB$/),
    ]);
    const text = readFileSync(file, 'utf8');
    expect((await contract('page')).said).toBe(text);
    expect(text).not.toMatch(/(src|href)="(?!#)/);
    expect(text).toContain("default-src 'none'");
  });
  test('shows a released version too', async () => {
    const { code, said } = await contract('page', '1.0.0');
    expect(code).toBe(0);
    expect(said).toContain('<title>NBA pipeline contract 1.0.0</title>');
    expect(said).not.toContain('id="requirement-MSG-028"');
  });
  test('says which contracts there are, and which file cannot be written', async () => {
    expect(await contract('page', '0.9.0')).toEqual({
      code: 2,
      said: expect.stringContaining('expected a file, a released version (1.0.0'),
    });
    expect(await contract('page', '--out', join(FOLDER, 'no/such/folder.html'))).toEqual({
      code: 2,
      said: expect.stringContaining('expected a file that can be written'),
    });
  });
  test('gives each of its parts an id of its own, whatever its name is', () => {
    const names = ['a b', 'a_b', 'a/b', 'a"b', 'é', 'e'];
    expect(new Set(names.map((name) => anchorOf('topic', name))).size).toBe(names.length);
    const ids = [...contractPage(realContract(), {}).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(new Set(ids).size);
  });
});

describe('when a job runs', () => {
  test.each([
    ['0 6 * * *', 'America/Los_Angeles', '06:00, every day', '14:00 in winter, 13:00 in summer; every day'],
    [
      '30 22 * * *',
      'America/Los_Angeles',
      '22:30, every day',
      '06:30 of the next day in winter, 05:30 of the next day in summer; every day',
    ],
    ['0 10 * * *', 'America/New_York', '07:00, every day', '15:00 in winter, 14:00 in summer; every day'],
    [
      '0 3 * * 1',
      'UTC',
      '19:00 of the day before in winter, 20:00 of the day before in summer; on days * * 1 of UTC',
      '03:00, on days * * 1 of UTC',
    ],
    ['*/15 * * * *', 'America/Los_Angeles', 'every 15 minutes', 'every 15 minutes'],
    ['0 6 * * *', 'Nowhere/Else', '0 6 * * * in Nowhere/Else', ''],
    ['0 6,7 * * *', 'UTC', '0 6,7 * * * in UTC', ''],
  ])('%s in %s', (cron, time_zone, pacific, utc) => {
    expect(timesOf(cron, time_zone)).toEqual({ pacific, utc });
  });
});

describe('the diagram of the flow', () => {
  test('no two boxes of a column lie on each other, and each receiver has a line of its own', () => {
    const { components, topics, routes, height } = layoutFlow(realContract().document);
    for (const [index, box] of components.entries()) {
      const next = components[index + 1];
      expect(box.y + box.height).toBeLessThan(next?.y ?? height + 1);
    }
    expect(new Set(topics.map(({ y }) => y)).size).toBe(topics.length);
    expect(new Set(routes.map(({ lane }) => lane)).size).toBe(routes.length);
    expect(new Set(routes.map(({ component_y }) => component_y)).size).toBe(routes.length);
    expect(topics.every(({ dead_letters }) => dead_letters !== null)).toBe(true);
    expect(components.find(({ name }) => name === 'phase4-precompute')?.lines).toContain(
      'level 3: ml_feature_store_v2',
    );
  });
});
