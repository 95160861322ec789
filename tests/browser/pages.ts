/// <reference lib="dom" />
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';

/** How a page is looked at: on a desk and on a phone, by day and by night. */
export const LOOKS = [
  { colorScheme: 'light', width: 1400 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 1400 },
  { colorScheme: 'dark', width: 390 },
] as const;

/** One way of looking at a page. */
export type Look = (typeof LOOKS)[number];

/** Open a file and write down everything that its page should not do: speak to the console, fail, ask for more. */
export async function openPage(
  browser: Browser,
  file: string,
  { width, colorScheme }: Look,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
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
