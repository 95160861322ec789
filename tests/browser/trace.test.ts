/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATE, requireScene } from '../operating/stage/scenes.ts';
import { closeCloud, openCloud, type Stage } from '../operating/stage/stage.ts';
import { startBrowser } from './browser.ts';
import { faintTexts } from './contrast.ts';
import { focused, keepsItsForm, LOOKS, type Opened, openPage } from './pages.ts';

const SCREENS = process.env['SCREENSHOTS'];
const folder = mkdtempSync(path.join(tmpdir(), 'trace-page-'));
/** A date that went through, and one of which a scraped file could not be loaded. */
const PAGES = {
  finished: path.join(folder, 'finished.html'),
  'broken-file': path.join(folder, 'broken.html'),
};
let browser: Browser;
/** Closed at the end: what is under way there would fail on a store that is gone. */
const stages: Stage[] = [];

beforeAll(async () => {
  await openCloud();
  for (const [scene, file] of Object.entries(PAGES)) {
    const { stage } = await requireScene(scene);
    stages.push(stage);
    const { exit_code, out, err } = await stage.run('trace', '--date', DATE, '--html', file);
    // It ends with 1 when it has found a failed run.
    const due = scene === 'finished' ? 0 : 1;
    if (exit_code !== due)
      throw new Error(`${scene}: expected exit code ${due}, got ${exit_code}: ${out} ${err}`);
  }
  browser = await startBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all(stages.map((stage) => stage.close()));
  await closeCloud();
  rmSync(folder, { recursive: true, force: true });
});

const SEEN = Object.entries(PAGES).flatMap(([scene, file]) =>
  LOOKS.map((look) => ({ scene, file, ...look })),
);

describe.each(SEEN)(
  'the trace of the scene $scene, $colorScheme and $width pixels wide',
  ({ scene, file, ...look }) => {
    let opened: Opened;
    let page: Page;
    beforeAll(async () => {
      opened = await openPage(browser, file, look);
      ({ page } = opened);
    });
    afterAll(() => page.close());

    keepsItsForm(() => opened, look);
    test('every text that opens stands out from what is behind it', async () => {
      await page.locator('summary').click();
      expect(await faintTexts(page)).toEqual([]);
    });
    test('the date and what failed come first, in the window as it opens', async () => {
      const heading = page.getByRole('heading', { level: 1 });
      expect(await heading.textContent()).toContain(DATE);
      const facts = page.locator('.facts');
      const broken = scene === 'broken-file';
      expect(await facts.textContent()).toMatch(broken ? /[1-9]\d* failed/ : /0 failed/);
      expect(await page.locator('.problems').count()).toBe(broken ? 1 : 0);
      const box = await facts.boundingBox();
      expect((box?.y ?? 900) + (box?.height ?? 0)).toBeLessThan(400);
    });
    test('there is an arrow for each run that fed another', async () => {
      const fed = await page.evaluate(() => {
        const bars = JSON.parse(document.getElementById('bars')?.textContent ?? '[]') as {
          readonly id: string;
          readonly fed_by: readonly string[];
        }[];
        const ids = bars.map(({ id }) => id);
        return bars.flatMap(({ fed_by }) => fed_by.filter((from) => ids.includes(from))).length;
      });
      expect(fed).toBeGreaterThan(0);
      expect(await page.locator('.arrows path').count()).toBe(fed);
    });
    test('a picture is taken for whoever wants to look', async () => {
      await page.locator('.bar').nth(8).hover();
      const target = path.join(SCREENS ?? folder, `trace-${scene}-${look.colorScheme}-${look.width}.png`);
      expect((await page.screenshot({ path: target, fullPage: true })).length).toBeGreaterThan(10_000);
    });
  },
);

describe('the trace by keyboard alone', () => {
  test('Tab visits every bar and the table, each with a visible focus, and details follow', async () => {
    const { page, complaints } = await openPage(browser, PAGES.finished, LOOKS[0]);
    const bars = await page.locator('.bar').count();
    expect(bars).toBeGreaterThan(20);
    for (let step = 0; step < bars; step++) {
      await page.keyboard.press('Tab');
      const { words, is_outlined } = await focused(page);
      expect(is_outlined, `${words} shows that it has the focus`).toBe(true);
      const [name = ''] = words.split(',');
      expect(await page.locator('.details h2').textContent()).toBe(name);
      expect(await page.locator('.details').textContent()).toContain('status');
    }
    // After the chart come the names in the details, then the table.
    const names = await page.locator('.details button').allTextContents();
    for (const name of [...names, 'All runs as a table']) {
      await page.keyboard.press('Tab');
      expect(await focused(page)).toEqual({ words: name, is_outlined: true });
    }
    await page.keyboard.press('Enter');
    expect(await page.locator('table').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('right and left go through time, down and up through rows', async () => {
    const { page } = await openPage(browser, PAGES.finished, LOOKS[2]);
    const left = (): Promise<number> =>
      page.evaluate(() => document.activeElement?.getBoundingClientRect().left ?? -1);
    await page.keyboard.press('Tab');
    const first = (await focused(page)).words;
    const places = [await left()];
    for (let step = 0; step < 10; step++) {
      await page.keyboard.press('ArrowRight');
      places.push(await left());
    }
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowLeft');
    expect(await left()).toBe(places[0]);
    await page.locator('.bar').first().focus();
    await page.keyboard.press('ArrowDown');
    expect((await focused(page)).words).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    expect((await focused(page)).words).toBe(first);
    await page.close();
  });

  test('Enter holds a bar, what fed it can be gone to, and Escape lets go', async () => {
    const { page } = await openPage(browser, PAGES.finished, LOOKS[0]);
    const held = page.locator('.bar.held');
    await page.locator('.bar[aria-label^="ml_feature_store_v2"]').focus();
    await page.keyboard.press('Enter');
    expect(await held.getAttribute('aria-label')).toMatch(/^ml_feature_store_v2, success/);
    // What belongs to it is marked, and the rest steps back.
    expect(await page.locator('.arrows path.near').count()).toBeGreaterThanOrEqual(4);
    expect(await page.locator('.chart.dim').count()).toBe(1);
    const source = page.locator('.details button').first();
    const name = (await source.textContent()) ?? '';
    await source.focus();
    await page.keyboard.press('Enter');
    expect((await focused(page)).words).toContain(`${name}, `);
    expect(await page.locator('.details h2').textContent()).toBe(name);
    await page.keyboard.press('Escape');
    expect(await held.count()).toBe(0);
    expect(await page.locator('.chart.dim').count()).toBe(0);
    await page.close();
  });
});
