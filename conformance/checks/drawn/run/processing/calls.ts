import type { Branch, SceneRequest } from '../../../../harness/scene/scene.ts';
import type { Json, Payload } from '../../../../history/events.ts';
import type { DrawnProcess, DrawnScrape, WrongBody } from '../../value/processing.ts';

type Place = { readonly game_date: string; readonly run: number };

/** A call that is to be answered in the end. */
export interface OpenCall {
  readonly component: string;
  readonly path: string;
  readonly request: SceneRequest;
}

/** What Cloud Scheduler says of itself. */
const CLOCK = { 'X-CloudScheduler': 'true' };

/** Make the call of a scrape. */
export function scrapeCall(step: DrawnScrape, { game_date, run }: Place): OpenCall {
  const { scraper, backfill, skip, source, workflow, wrong, clock } = step;
  const body: Payload = {
    game_date,
    run,
    ...(scraper === undefined ? {} : { scraper }),
    ...(backfill === undefined ? {} : { backfill_mode: true, backfill_reason: backfill }),
    ...(skip === undefined ? {} : { skip_downstream_trigger: true }),
    ...(source === undefined ? {} : { trigger_source: source }),
    ...(workflow === undefined ? {} : { workflow }),
  };
  const request = { body: spoil(body, wrong), ...(clock === true ? { headers: CLOCK } : {}) };
  return { component: 'phase1-scrapers', path: '/scrape', request };
}

/** Make the call of a level by the clock. @param is_today  the date of the place is today's in Pacific time */
export function processCall(step: DrawnProcess, place: Place, is_today: boolean): OpenCall {
  const { level, wrong, clock, undated } = step;
  const { game_date, run } = place;
  const body: Payload = { level, run, ...(undated === true && is_today ? {} : { game_date }) };
  const request = { body: spoil(body, wrong), ...(clock === true ? { headers: CLOCK } : {}) };
  return { component: 'phase4-precompute', path: '/process-date', request };
}

/**
 * Makes a call, several times at once if asked.
 *
 * @returns whether a call of it is still to be answered: none was served, and none was refused for good.
 */
export async function makeCall(branch: Branch, call: OpenCall, copies: number): Promise<boolean> {
  await branch.settle();
  const { component, path, request } = call;
  const made = Array.from({ length: copies }, () => branch.request(component, path, request));
  const answers = await Promise.all(made);
  return !answers.some(({ status }) => isServed(status) || status === 400);
}

/** Calls again, as a scheduler does, until it is served or refused for good. */
export async function finishCall(branch: Branch, { component, path, request }: OpenCall): Promise<void> {
  await branch.requestUntil(component, path, request, (status) => isServed(status) || status === 400);
}

function isServed(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

function spoil(body: Payload, wrong: WrongBody | undefined): Json {
  const { game_date: _date, level: _level, ...rest } = body;
  switch (wrong) {
    case undefined:
      return body;
    case 'no date':
      return rest;
    case 'a word for a date':
      return { ...body, game_date: 'TODAY' };
    case 'an impossible date':
      return { ...body, game_date: '2051-02-30' };
    case 'run 0':
      return { ...body, run: 0 };
    case 'a list':
      return [body];
    case 'a backfill without reason':
      return { ...body, backfill_mode: true, backfill_reason: null };
    case 'a source that calls nobody':
      return { ...body, trigger_source: 'pubsub' };
    case 'no level':
      return { ...rest, game_date: body['game_date'] ?? '' };
    case 'level 4':
      return { ...body, level: 4 };
  }
}
