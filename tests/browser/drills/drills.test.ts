import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATE, finished } from '../../operating/stage/scenes.ts';
import { closeCloud, openCloud, type Stage } from '../../operating/stage/stage.ts';
import { startBrowser } from '../browser.ts';
import { faintTexts } from '../contrast.ts';
import { LOOKS, type Look, type Opened, openServed } from '../pages.ts';
import { openPractice } from '../practice.ts';

const SCREENS = process.env['SCREENSHOTS'];
const PATIENCE_MS = 300_000;
let browser: Browser;
let stage: Stage;
let running: Awaited<ReturnType<typeof openPractice>>;

beforeAll(async () => {
  await openCloud();
  // Ten minutes later, when what is on its way is late.
  stage = await finished({ later_seconds: 600 });
  running = await openPractice(stage);
  browser = await startBrowser();
}, PATIENCE_MS);
afterAll(async () => {
  await browser?.close();
  await running?.stop();
  await stage?.close();
  await closeCloud();
});

async function open(hash: string, look: Look): Promise<Opened> {
  const { origin } = new URL(running.url);
  const isOwn = (asked: string): boolean => asked.startsWith(origin) || asked.startsWith('data:');
  const opened = await openServed(browser, running.url + hash, look, isOwn);
  await opened.page.waitForSelector('main section');
  return opened;
}

async function requireForm(drill: string, place: string, hash: string, look: Look): Promise<void> {
  const { page, complaints } = await open(hash, look);
  const name = `drill-${drill}-${place}-${look.colorScheme}-${look.width}.png`;
  if (SCREENS !== undefined) await page.screenshot({ path: `${SCREENS}/${name}`, fullPage: true });
  expect(await faintTexts(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.width);
  expect(complaints).toEqual([]);
  await page.close();
}

/** The drills in order, each on the next run of the date, with what the first page says of it and the command. */
const DRILLS = [
  ['lost-trigger', 'Lose a trigger', 2, 'the trigger of level 1 is pending', 'npx pipeline trigger sweep'],
  [
    'unheard-tables',
    'Lose the word of the raw tables',
    3,
    'the message was lost or refused',
    `npx pipeline trigger 3 --date ${DATE} --run 3`,
  ],
  [
    'delayed-processor',
    'Delay a processor',
    4,
    'whose claim ran out',
    `npx pipeline trigger 3 --date ${DATE} --run 4`,
  ],
  [
    'orchestrator-down',
    'Stop the 3-to-4 orchestrator',
    5,
    '5 dead letters wait',
    'npx pipeline dead-letters replay',
  ],
  ['unknown-name', 'Send a poison message', 5, 'UNKNOWN_PROCESSOR', 'npx pipeline dead-letters show'],
  ['delivered-twice', 'Deliver everything twice', 5, null, null],
] as const;

describe('each drill, and what it leaves behind beside those before it', () => {
  test.each(DRILLS)(
    '%s: the page says what is broken, with its command, in every theme and width',
    async (drill, button, run, words, command) => {
      const { page } = await open('#/', LOOKS[0]);
      await page.getByRole('button', { name: button }).click();
      const status = page.getByRole('status');
      await status.waitFor({ timeout: PATIENCE_MS });
      if (words !== null && command !== null) {
        const told = page.locator('.findings > li.problem').filter({ hasText: words });
        // That a message is lost is known after two minutes.
        await told.first().waitFor({ timeout: 180_000 });
        expect((await told.allInnerTexts()).some((text) => text.includes(command))).toBe(true);
      }
      await page.close();
      for (const look of LOOKS) {
        await requireForm(drill, 'now', '#/', look);
        await requireForm(drill, 'date', `#/${DATE}/r${run}`, look);
      }
    },
    PATIENCE_MS,
  );

  test('faults of several runs at once stand together, each once and with its own command', async () => {
    const { page } = await open('#/', LOOKS[0]);
    const told = await page.locator('.findings > li.problem').allInnerTexts();
    for (const [drill, , , words, command] of DRILLS) {
      if (words === null || command === null) continue;
      const own = told.filter((text) => text.includes(words) && text.includes(command));
      expect([drill, own.length]).toEqual([drill, 1]);
    }
    await page.close();
  });
});
