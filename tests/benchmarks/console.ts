/// <reference lib="dom" />
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { watchDates } from '../../reference/console/dates/watch-dates.ts';
import { createMessageLog } from '../../reference/console/messages.ts';
import { pageProgram } from '../../reference/console/page/program.mjs';
import { startBrowser } from '../browser/browser.ts';
import { NO_LETTERS, startInMemory } from '../reference/console/opened.ts';
import type { MemoryPorts } from '../reference/memory-ports.ts';
import { DATE, runInMemory } from '../reference/operations/snapshots.ts';

const ROUNDS = 15;
const DATES = 660;
const EMPTY =
  '<!doctype html><title>empty</title><main><table><tbody><tr><td>empty</td></tr></tbody></table></main>';

/** Open the console on 660 dates and an empty page in turn, then let messages come; print medians and their ratio. */
async function main(): Promise<void> {
  const ports = await runInMemory();
  fillDates(ports);
  const log = createMessageLog();
  const running = await startInMemory({
    ports,
    watch: watchDates({ ports, letters: NO_LETTERS, fresh_ms: 200, list_ms: 4_000 }),
    log,
    program: await pageProgram(),
  });
  const empty = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(EMPTY),
  );
  empty.listen(0, '127.0.0.1');
  await once(empty, 'listening');
  const empty_url = `http://127.0.0.1:${(empty.address() as AddressInfo).port}/`;
  const browser = await startBrowser();
  await firstPaint(browser, running.url);
  const paints = { console: [] as number[], empty: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    paints.console.push(await firstPaint(browser, running.url));
    paints.empty.push(await firstPaint(browser, empty_url));
  }
  const page = await browser.newPage();
  await page.goto(`${running.url}#/${DATE}/r1`);
  await page.waitForSelector('.flow');
  const tell = (round: number): void => {
    const data = Buffer.from(JSON.stringify({ game_date: DATE, round }));
    const published_at = new Date().toISOString();
    running.tell(
      log.add('nba-phase2-raw-complete', { message_id: `m-${round}`, data, attributes: {}, published_at }),
    );
  };
  const updates = await measureUpdates(page, ports, tell);
  console.log(`The console on ${DATES} dates, medians of ${ROUNDS} rounds in turn`);
  const base = median(paints.empty);
  const line = (what: string, ms: number): void =>
    console.log(
      `  ${what.padEnd(44)}${ms.toFixed(0).padStart(6)} ms ${(ms / base).toFixed(2).padStart(7)} x`,
    );
  line('an empty page is painted', base);
  line('the console is painted, with its dates', median(paints.console));
  line('a message is on the page', median(updates.told));
  line('the date is read anew and painted', median(updates.read));
  await browser.close();
  await running.stop();
  empty.close();
}

/** The documents of one whole date, once for each day of two seasons. */
function fillDates(ports: MemoryPorts): void {
  const own = [...ports.stored].filter(([path]) => path.includes(DATE) && path.split('/').length === 2);
  for (let day = 1; day < DATES; day += 1) {
    const game_date = new Date(Date.parse(DATE) - day * 86_400_000).toISOString().slice(0, 10);
    for (const [path, value] of own) ports.stored.set(path.replaceAll(DATE, game_date), value);
  }
}

/** From the start of the navigation to the first frame that holds rows, in milliseconds. */
async function firstPaint(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    const looking = new MutationObserver(() => {
      if (document.querySelector('tbody tr') === null) return;
      looking.disconnect();
      // Within the next frame it is drawn; a task that is posted there runs when it is.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => performance.mark('rows');
        port2.postMessage(null);
      });
    });
    looking.observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('rows').length > 0, undefined, {
    polling: 20,
  });
  const ms = await page.evaluate(() => performance.getEntriesByName('rows')[0]?.startTime ?? Number.NaN);
  await page.close();
  return ms;
}

/** From a message, or from a run that it announces, to what the page shows of it. */
async function measureUpdates(page: Page, ports: MemoryPorts, tell: (round: number) => void) {
  const told: number[] = [];
  const read: number[] = [];
  const [id, run] = [...ports.history].find(([, one]) => one.processor_name === 'nbac_schedule') ?? [];
  if (id === undefined || run === undefined) throw new Error('expected a run of nbac_schedule, found none');
  for (let round = 1; round <= ROUNDS; round += 1) {
    ports.history.set(id, { ...run, record_count: 10_000 + round });
    const began_ms = performance.now();
    tell(round);
    await page.waitForFunction((count) => document.querySelectorAll('.messages li').length >= count, round, {
      polling: 'raf',
    });
    told.push(performance.now() - began_ms);
    await page.waitForFunction((rows) => document.body.innerText.includes(rows), `${10_000 + round} rows`, {
      polling: 'raf',
    });
    read.push(performance.now() - began_ms);
  }
  return { told, read };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await main();
