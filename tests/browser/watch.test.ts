/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWatching, type Watching } from '../conformance/watching/started.ts';
import { startBrowser } from './browser.ts';
import { focused, keepsItsForm, LOOKS, type Look, type Opened, openServed } from './pages.ts';

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

async function open(look: Look): Promise<Opened> {
  const { origin } = new URL(watching.url);
  const opened = await openServed(browser, watching.url, look, (asked) => asked.startsWith(origin));
  await opened.page.waitForSelector('#findings .again button');
  return opened;
}

describe.each(LOOKS)('the page of a run that is watched, $colorScheme and $width pixels wide', (look) => {
  let opened: Opened;
  let page: Page;
  beforeAll(async () => {
    opened = await open(look);
    ({ page } = opened);
    const name = `watch-${look.colorScheme}-${look.width}.png`;
    if (SCREENS !== undefined) await page.screenshot({ path: `${SCREENS}/${name}` });
  }, 60_000);
  afterAll(() => page.close());

  keepsItsForm(() => opened, look);

  test('says what to mend, what each requirement came to, and what the program printed', async () => {
    expect(await page.innerText('#findings')).toContain('What to mend');
    expect(await page.innerText('#chips')).toMatch(/✗\s+FANIN-009/);
    expect(await page.innerText('#log')).toContain('listening on');
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
