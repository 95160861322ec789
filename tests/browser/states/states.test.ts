import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../browser.ts';
import { faintTexts } from '../contrast.ts';
import { LOOKS, type Look, type Opened, openServed } from '../pages.ts';
import { allStates, openStates, type State, type StatesConsole } from './states.ts';

const SCREENS = process.env['SCREENSHOTS'];
let browser: Browser;
let running: StatesConsole;
let states: Readonly<Record<string, State>>;

beforeAll(async () => {
  [browser, running, states] = await Promise.all([startBrowser(), openStates(), allStates()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await running?.stop();
});

const NAMES = [
  'nothing',
  'finished',
  'lost-trigger',
  'failed-run',
  'late',
  'unstarted',
  'working',
  'claim-run-out',
  'dead-letters',
  'no-batch',
  'two-dates',
];

test('every state is looked at', () => {
  expect(Object.keys(states)).toEqual(NAMES);
});

async function open(state: State, hash: string, look: Look): Promise<Opened> {
  running.stand(state);
  const { origin } = new URL(running.url);
  const isOwn = (asked: string): boolean => asked.startsWith(origin) || asked.startsWith('data:');
  const opened = await openServed(browser, running.url + hash, look, isOwn);
  await opened.page.waitForSelector('main section');
  return opened;
}

/** Two dates at once are looked at in every way, the others on a desk by day and on a phone by night. */
const FEW = LOOKS.filter(({ colorScheme, width }) => (colorScheme === 'light') === width > 1_000);
const CASES = NAMES.flatMap((name) =>
  (name === 'two-dates' ? LOOKS : FEW).map((look) => ({ name, ...look })),
);

describe.each(CASES)('$name, $colorScheme and $width pixels wide', ({ name, ...look }) => {
  const places = name === 'nothing' ? ['now'] : ['now', 'date'];
  test.each(places)('%s: every text can be read, and nothing is wider than the window', async (place) => {
    const state = states[name];
    if (state === undefined) throw new Error(`expected the state ${name}`);
    const one = state.dates.at(-1);
    const { page, complaints } = await open(state, place === 'now' ? '#/' : `#/${one?.game_date}/r1`, look);
    const picture = `${SCREENS}/${name}-${place}-${look.colorScheme}-${look.width}.png`;
    if (SCREENS !== undefined) await page.screenshot({ path: picture, fullPage: true });
    expect(await faintTexts(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.width);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe('two dates that are broken differently', () => {
  test('are both told, the one without predictions first, each with its own command', async () => {
    const state = states['two-dates'];
    if (state === undefined) throw new Error('expected the state two-dates');
    const { page } = await open(state, '#/', LOOKS[0]);
    const told = await page.locator('.findings > li.problem').allInnerTexts();
    expect(told[0]).toContain('2024-01-14');
    expect(told.at(-1)).toContain('2024-01-15');
    expect(told.every((text) => text.includes('npx pipeline'))).toBe(true);
    await page.close();
  });
});
