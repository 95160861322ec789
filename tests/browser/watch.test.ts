/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWatching, type Watching } from '../conformance/watching/started.ts';
import { startBrowser } from './browser.ts';
import { faintTexts } from './contrast.ts';
import { focused, LOOKS, type Look } from './pages.ts';

const SCREENS = process.env['SCREENSHOTS'];
const VERDICT = /Z careless (.*)\n/;
let browser: Browser;
let watching: Watching;

beforeAll(async () => {
  [browser, watching] = await Promise.all([
    startBrowser(),
    startWatching('careless', '--only', 'fan-in-in-any-order@1', 'fan-in-with-*'),
  ]);
  await watching.hear(VERDICT);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await watching?.stop();
});

async function open({ width, colorScheme }: Look): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  const { origin } = new URL(watching.url);
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(watching.url);
  await page.waitForSelector('#findings .again button');
  return { page, complaints };
}

describe.each(LOOKS)('the page of a run that is watched, $colorScheme and $width pixels wide', (look) => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await open(look));
    const name = `watch-${look.colorScheme}-${look.width}.png`;
    if (SCREENS !== undefined) await page.screenshot({ path: `${SCREENS}/${name}` });
  }, 60_000);
  afterAll(() => page.close());

  test('asks nobody but its own server, and complains of nothing', () => {
    expect(complaints).toEqual([]);
  });

  test('says what to mend, what each requirement came to, and what the program printed', async () => {
    expect(await page.innerText('#findings')).toContain('What to mend');
    expect(await page.innerText('#chips')).toMatch(/✗\s+FANIN-009/);
    expect(await page.innerText('#log')).toContain('listening on');
  });

  test('can be read: contrast, and nothing wider than the window', async () => {
    expect(await faintTexts(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

test('a case runs again by a click, and what was closed stays closed', async () => {
  const { page } = await open(LOOKS[0]);
  const runOf = (number: number): Promise<unknown> =>
    page.waitForFunction(
      (text) => document.getElementById('what')?.textContent?.startsWith(text),
      `Run ${number}:`,
    );
  await page.click('#findings details summary >> nth=0');
  const id = await page.getAttribute('#findings details >> nth=0', 'id');
  await page.click('#findings details[open] .again button >> nth=0');
  await runOf(2);
  await watching.hear(VERDICT);
  await page.waitForSelector(`#${id}`);
  expect(await page.getAttribute(`#${id}`, 'open')).toBeNull();
  await page.close();
}, 120_000);

test('everything runs again by the keyboard', async () => {
  const { page } = await open(LOOKS[0]);
  await page.focus('#run-broken');
  await page.keyboard.press('Shift+Tab');
  expect(await focused(page)).toEqual({ words: 'Run everything', is_outlined: true });
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('what')?.textContent?.includes('everything'));
  await watching.hear(VERDICT);
  await page.close();
}, 120_000);

test('says so when the judge is gone', async () => {
  const { page } = await open(LOOKS[0]);
  await watching.stop();
  await page.waitForSelector('#gone', { state: 'visible' });
  await page.close();
}, 60_000);
