import { answer, routeRequests } from '../http/route.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createRunner, type Runner } from '../runs/execute.ts';
import { createFigures, type OpenGameDate } from './figures.ts';
import { readScrapeCall } from './request.ts';
import { runScraper } from './scrape.ts';

/**
 * Make Phase 1: POST /scrape runs one scraper, or all, for a date.
 *
 * @see asyncapi.yaml#/x-endpoints
 */
export function createScrapers(ports: Ports, settings: Settings): HttpHandler {
  const runner = createRunner(ports, settings);
  const open = createFigures(settings);
  return routeRequests([
    { method: 'POST', path: '/scrape', handle: (request) => scrape(ports, open, runner, request) },
  ]);
}

async function scrape(
  ports: Ports,
  open: OpenGameDate,
  runner: Runner,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const call = readScrapeCall(request);
  const known = open(call.game_date);
  // Each scraper goes on although another failed; the first failure is the answer, and a second call sends what is owed.
  const runs = await Promise.allSettled(
    call.scrapers.map((scraper) => runScraper(ports, runner, call, scraper, known)),
  );
  const scrapers = runs.map((run, index) => {
    if (run.status === 'rejected') throw run.reason;
    const { outcome, execution_id, status } = run.value;
    return { scraper: call.scrapers[index] ?? '', outcome, execution_id, status };
  });
  return answer(200, { game_date: call.game_date, run: call.run, scrapers });
}
