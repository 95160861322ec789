/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUIREMENT_CHECKS } from '../../../generated/requirement-checks.ts';
import { contractPage } from '../../../scripts/contract/page/page.ts';
import { editedContract, realContract } from '../../contract/edited-contract.ts';
import { startBrowser } from '../browser.ts';
import { focused, keepsItsForm, LOOKS, type Opened, openPage } from '../pages.ts';

const SCREENS = process.env['SCREENSHOTS'];
const folder = mkdtempSync(path.join(tmpdir(), 'contract-page-'));
const page_file = path.join(folder, 'contract.html');
const hostile_file = path.join(folder, 'hostile.html');
let browser: Browser;

/** Words that would be markup, a script or an attribute if a page did not escape them, and other scripts. */
const HOSTILE = `</script><script>document.title = 'taken'</script><img src=x onerror="document.title = 'taken'">"' onfocus='x' 日本語 العربية 🏀`;

beforeAll(async () => {
  writeFileSync(page_file, contractPage(realContract(), REQUIREMENT_CHECKS));
  const hostile = editedContract((document) => {
    document.setIn(['info', 'description'], HOSTILE);
    document.setIn(['channels', 'phase4Trigger', 'summary'], HOSTILE);
    document.setIn(
      ['components', 'schemas', 'PredictionReady', 'properties', 'attempt', 'description'],
      HOSTILE,
    );
    document.setIn(['components', 'messages', 'PredictionReady', 'examples', 0, 'summary'], HOSTILE);
    document.setIn(
      ['components', 'messages', 'PredictionReady', 'examples', 0, 'payload', 'error_type'],
      HOSTILE,
    );
    document.setIn(['x-components', 'phase5-worker', 'purpose'], HOSTILE);
    document.setIn(['x-requirements', 'MSG-001', 'sentence'], HOSTILE);
    document.setIn(['x-areas', 'MSG'], HOSTILE);
    document.setIn(['x-endpoints', 0, 'answers', 0, 'when'], HOSTILE);
    document.setIn(['x-schedules', 'phase5-retry-1', 'path'], HOSTILE);
    document.setIn(['x-processors', 'phase_4_precompute', HOSTILE], { level: 1, aliases: [HOSTILE] });
  });
  writeFileSync(hostile_file, contractPage(hostile, { 'MSG-001': [HOSTILE] }));
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(LOOKS)('the page of the contract, $colorScheme and $width pixels wide', (look) => {
  let opened: Opened;
  let page: Page;
  beforeAll(async () => {
    opened = await openPage(browser, page_file, look);
    ({ page } = opened);
  });
  afterAll(async () => {
    if (SCREENS !== undefined) {
      const shot = (name: string): string =>
        path.join(SCREENS, `contract-page-${look.colorScheme}-${look.width}${name}.png`);
      await page.fill('#search', '');
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: shot('') });
      await page.locator('#message-PredictionReady').screenshot({ path: shot('-message') });
      await page.locator('#schedules').screenshot({ path: shot('-schedules') });
      await page.locator('#topics').screenshot({ path: shot('-topics') });
      if (look.width > 1000) await page.locator('.flow').screenshot({ path: shot('-flow') });
      await page.fill('#search', 'attempt failed');
      await page.screenshot({ path: shot('-search') });
    }
    await page.close();
  });

  keepsItsForm(() => opened, look);
  test('the box filters, says how many parts are left, and Escape brings all back', async () => {
    await page.keyboard.press('/');
    expect(await focused(page)).toMatchObject({ is_outlined: true });
    await page.keyboard.type('attempt COORD-028');
    expect(await page.locator('#requirements .part:visible').count()).toBe(1);
    expect(await page.locator('#topics').isVisible()).toBe(false);
    expect(await page.locator('#found').textContent()).toMatch(/^\d of \d+ parts$/);
    await page.keyboard.press('Escape');
    expect(await page.locator('#topics').isVisible()).toBe(true);
    await page.fill('#search', 'nothing-that-is-there');
    expect(await page.locator('#nothing').isVisible()).toBe(true);
    await page.fill('#search', '');
  });
});

describe('what the page of the contract says', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openPage(browser, page_file, LOOKS[0]));
  });
  afterAll(() => page.close());

  const told = async (id: string): Promise<string> =>
    ((await page.locator(`[id="${id}"]`).innerText()) ?? '').replaceAll(/\s+/g, ' ');

  test('topics with senders, receivers, subscription and dead letters', async () => {
    const words = await told('topic-nba-phase4-trigger');
    expect(words).toContain('sent by phase3-to-phase4-orchestrator, phase4-orchestrator');
    expect(words).toContain('received by phase4-precompute');
    expect(words).toContain('pushes to /process of phase4-precompute; waits 600 s for an answer');
    expect(words).toContain('dead letters nba-phase4-trigger-dlq');
  });
  test('messages with fields, rules and examples', async () => {
    const words = await told('message-PredictionReady');
    expect(words).toContain('attempt an integer of at least 1 if the sender likes');
    expect(words).toContain('When status is failed: error_message is a non-empty string');
    expect(await page.locator('[id="message-PredictionReady"] details pre').count()).toBeGreaterThan(0);
  });
  test('schedules in Pacific time and in UTC, by season', async () => {
    const words = await told('schedule-phase5-daily-backup');
    expect(words).toContain('Pacific time 06:00, every day');
    expect(words).toContain('UTC 14:00 in winter, 13:00 in summer; every day');
    expect(await told('schedule-phase4-fallback-level-1')).toContain('fall-back, deployed paused');
  });
  test('endpoints with their answers, and requirements with their checks', async () => {
    expect(await told('endpoint-phase5-coordinator_20_GET_20__2f_status')).toContain('503');
    expect(await told('requirement-MSG-028')).toContain('senders-of-every-version-to-phase2-raw');
  });
  test('every link leads to a place on the page', async () => {
    const dangling = await page.evaluate(() =>
      [...document.querySelectorAll('a')]
        .map((link) => link.getAttribute('href') ?? '')
        .filter((href) => !href.startsWith('#') || document.getElementById(href.slice(1)) === null),
    );
    expect([...new Set(dangling)]).toEqual([]);
  });
  test('ids are given once, and every place that can be focused has a name', async () => {
    const [doubled, nameless] = await page.evaluate(() => {
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      const focusable = [...document.querySelectorAll('a, input, summary, [tabindex="0"]')];
      return [
        ids.filter((id, index) => ids.indexOf(id) !== index),
        focusable
          .filter(
            (one) =>
              (one.getAttribute('aria-label') ?? one.textContent ?? '').trim() === '' &&
              document.querySelector(`label[for="${one.id}"]`) === null,
          )
          .map(({ outerHTML }) => outerHTML.slice(0, 80)),
      ];
    });
    expect([doubled, nameless]).toEqual([[], []]);
  });
  test('the diagram has a box for each component and topic of the flow, and each lies within it', async () => {
    const labels = await page
      .locator('.flow a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')));
    expect(labels).toContain(
      'topic nba-phase4-trigger, from phase3-to-phase4-orchestrator and phase4-orchestrator to phase4-precompute',
    );
    expect(labels.filter((label) => label?.startsWith('component '))).toHaveLength(9);
    const outside = await page.locator('.flow').evaluate((svg) => {
      const whole = svg.getBoundingClientRect();
      const fits = (one: Element, box: DOMRect): boolean => {
        const own = one.getBoundingClientRect();
        return own.left >= box.left - 1 && own.right <= box.right + 1 && own.bottom <= box.bottom + 1;
      };
      return [...svg.querySelectorAll('text')]
        .filter((text) => {
          const box = text.closest('a')?.querySelector('rect')?.getBoundingClientRect() ?? whole;
          return !fits(text, box);
        })
        .map(({ textContent }) => textContent);
    });
    expect(outside).toEqual([]);
  });
  test('a link to a part that the box hides shows it', async () => {
    await page.fill('#search', 'schedule');
    await page.evaluate(() => {
      location.hash = '#requirement-ACK-001';
    });
    await page.locator('[id="requirement-ACK-001"]').waitFor({ state: 'visible' });
    expect(await page.inputValue('#search')).toBe('');
  });
  test('an example is opened, and the diagram followed, by keyboard', async () => {
    await page.locator('[id="message-PredictionReady"] summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('[id="message-PredictionReady"] details[open] pre').first().isVisible()).toBe(
      true,
    );
    await page.locator('.flow a[href="#topic-nba-phase4-trigger"]').focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('#topic-nba-phase4-trigger');
  });
});

test('no text of a contract becomes markup, a script or an attribute', async () => {
  const { page, complaints } = await openPage(browser, hostile_file, LOOKS[0]);
  expect(await page.title()).toMatch(/^NBA pipeline contract/);
  expect(await page.locator('img, [onerror], [onfocus]').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(1);
  expect(await page.locator('#requirement-MSG-001 p').first().textContent()).toBe(HOSTILE);
  expect(await page.locator('[id="message-PredictionReady"] pre').first().textContent()).toContain(
    JSON.stringify(HOSTILE),
  );
  expect(complaints).toEqual([]);
  await page.close();
});
