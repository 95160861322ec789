/// <reference lib="dom" />
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATE, requireScene } from '../operating/stage/scenes.ts';
import { closeCloud, openCloud, type Stage } from '../operating/stage/stage.ts';
import { startBrowser } from './browser.ts';
import { focused, keepsItsForm, LOOKS, type Look, type Opened, openServed } from './pages.ts';
import { openPractice } from './practice.ts';

const SCREENS = process.env['SCREENSHOTS'];
let browser: Browser;
let stage: Stage;
let running: Awaited<ReturnType<typeof openPractice>>;

beforeAll(async () => {
  await openCloud();
  ({ stage } = await requireScene('lost-trigger'));
  running = await openPractice(stage);
  browser = await startBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await running?.stop();
  await stage?.close();
  await closeCloud();
});

async function open(hash: string, look: Look = LOOKS[0]): Promise<Opened> {
  const { origin } = new URL(running.url);
  const isOwn = (asked: string): boolean => asked.startsWith(origin) || asked.startsWith('data:');
  const opened = await openServed(browser, running.url + hash, look, isOwn);
  await opened.page.waitForSelector('main section');
  return opened;
}

const PLACES = ['#/', `#/${DATE}/r1`].flatMap((hash) => LOOKS.map((look) => ({ hash, ...look })));

describe.each(PLACES)('the console at $hash, $colorScheme and $width pixels wide', ({ hash, ...look }) => {
  let opened: Opened;
  let page: Page;
  beforeAll(async () => {
    opened = await open(hash, look);
    ({ page } = opened);
    const name = `console-${hash === '#/' ? 'now' : 'date'}-${look.colorScheme}-${look.width}.png`;
    if (SCREENS !== undefined) await page.screenshot({ path: `${SCREENS}/${name}`, fullPage: true });
  });
  afterAll(() => page.close());

  keepsItsForm(() => opened, look);

  test('says what is wrong and the command that mends it', async () => {
    const text = await page.innerText('main');
    expect(text).toContain('the trigger of level 1 is pending in phase3_completion/2024-01-16');
    expect(text).toContain('npx pipeline trigger sweep');
  });

  test('can be used by keyboard: each stop shows where it is', async () => {
    for (let stop = 0; stop < 6; stop++) {
      await page.keyboard.press('Tab');
      expect(await focused(page)).toMatchObject({ words: expect.stringMatching(/\S/), is_outlined: true });
    }
  });
});

describe('what a person does', () => {
  test('an act shows its requests, is sent when it is confirmed, and the page follows the date to its end', async () => {
    const { page, complaints } = await open(`#/${DATE}/r1`);
    await page.getByRole('button', { name: 'Do it …' }).click();
    const dialog = page.getByRole('dialog', { name: 'This would be sent' });
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain('POST /sweep on phase3-to-phase4-orchestrator');
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByRole('dialog', { name: 'Sent' }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('.verdict.complete').waitFor({ timeout: 120_000 });
    await page.getByLabel('only with').fill('nba-phase4-trigger');
    const shown = await page.locator('.messages li').allInnerTexts();
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(shown.filter((text) => !text.includes('nba-phase4-trigger'))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 180_000);

  test('a message comes to the page by itself, with what its receiver says of it', async () => {
    const { page } = await open(`#/${DATE}/r1`);
    const topic = stage.pubsub.topic('nba-phase2-raw-complete');
    const before = await page.locator('.messages li.problem').count();
    await topic.publishMessage({
      data: Buffer.from('{"game_date":"2024-01-16"}'),
      attributes: { game_date: DATE },
    });
    await page.waitForFunction(
      (count) => document.querySelectorAll('.messages li.problem').length > count,
      before,
    );
    expect(await page.locator('.messages li.problem').first().innerText()).toContain('refused: ');
    await page.close();
  }, 60_000);

  test('a drill breaks the pipeline, and the overview says so', async () => {
    const { page } = await open('#/');
    await page.getByRole('button', { name: 'Lose a trigger' }).click();
    await page.getByRole('status').waitFor({ timeout: 120_000 });
    await page
      .getByRole('link', { name: `${DATE} run 2` })
      .first()
      .waitFor();
    expect(await page.innerText('main')).toContain('phase3_completion/2024-01-16.r2');
    await page.close();
  }, 180_000);
});
