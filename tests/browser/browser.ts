import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and other systems put the browser. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Starts the browser of this machine, without a network of its own. @throws {Error} saying how to install one. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? NAMES.map(whereIs).find((found) => found !== undefined);
  if (executablePath === undefined) {
    throw new Error(
      `expected one of ${NAMES.join(', ')} on the path, found none; apt-get install chromium, or set CHROMIUM to a browser`,
    );
  }
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
}

function whereIs(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
