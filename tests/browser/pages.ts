/// <reference lib="dom" />
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { faintTexts } from './contrast.ts';

/** How a page is looked at: on a desk and on a phone, by day and by night. */
export const LOOKS = [
  { colorScheme: 'light', width: 1400 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 1400 },
  { colorScheme: 'dark', width: 390 },
] as const;

/** One way of looking at a page. */
export type Look = (typeof LOOKS)[number];

/** A page that is open, and everything that it did and should not do: speak to the console, fail, ask for more. */
export interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Open a file, whose page may ask for nothing. */
export function openPage(browser: Browser, file: string, look: Look): Promise<Opened> {
  const { href } = pathToFileURL(file);
  return openServed(browser, href, look, (asked) => asked === href);
}

/** Open an address; `isOwn` says what its page may ask for. */
export async function openServed(
  browser: Browser,
  url: string,
  { width, colorScheme }: Look,
  isOwn: (asked: string) => boolean,
): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!isOwn(request.url())) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** State what every page keeps, however it is looked at. */
export function keepsItsForm(opened: () => Opened, look: Look): void {
  test('asks for nothing that is not its own, and complains of nothing', () => {
    expect(opened().complaints).toEqual([]);
  });
  test('every text stands out from what is behind it', async () => {
    expect(await faintTexts(opened().page)).toEqual([]);
  });
  test('nothing is wider than the window', async () => {
    const width = await opened().page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(look.width);
  });
}

/** What has the focus. */
export interface Focused {
  readonly words: string;
  /** It shows, by an outline of at least two pixels. */
  readonly is_outlined: boolean;
}

/** Ask a page what has the focus. */
export function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element?.closest('label') ?? element;
    const style = element === null ? null : getComputedStyle(element);
    return {
      words: element?.getAttribute('aria-label') ?? (label?.textContent ?? '').trim(),
      is_outlined:
        style !== null && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
    };
  });
}
