import { PROCESSORS } from '../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { DrawnHistory, DrawnStep } from '../../value/history.ts';
import type { DrawnScrape, WrongBody } from '../../value/processing.ts';
import type { Draw } from '../draw.ts';
import {
  ALWAYS,
  drawPlaces,
  drawRefusal,
  drawSilence,
  historyOf,
  type Place,
  placeOf,
  REASONS,
} from '../mixing.ts';
import { drawName, drawStrangeName } from '../names.ts';

const WRONG: readonly WrongBody[] = [
  'no date',
  'a word for a date',
  'an impossible date',
  'run 0',
  'a list',
  'a backfill without reason',
  'a source that calls nobody',
];

/** The last of so many is about a store that cannot be read. */
const OUTAGE_EACH = 10;

/** Draw the calls of one to three dates and runs: one scraper again and again, all of them, live and as a backfill. */
export function drawScrapersHistory(draw: Draw, nth = 0): DrawnHistory {
  if (nth % OUTAGE_EACH === OUTAGE_EACH - 1) {
    return historyOf(draw, outage(draw, Math.floor(nth / OUTAGE_EACH)));
  }
  const places = drawPlaces(draw);
  const all = Object.keys(PROCESSORS.phase_1_scrapers);
  const own = draw.shuffle(all).slice(0, 1 + draw.below(2));
  if (draw.oneIn(4)) return historyOf(draw, owing(draw, all));
  const count = 3 + draw.below(5);
  const steps = Array.from({ length: count }, (_, index): DrawnStep => {
    const place = placeOf(draw.pick(places));
    return { do: 'scrape', n: index + 1, ...place, ...drawCall(draw, own) };
  });
  const refusal = drawRefusal(draw, [TOPIC.phase1ScrapersComplete]);
  const at = draw.below(steps.length);
  return historyOf(draw, [...steps.slice(0, at), ...refusal, ...steps.slice(at)]);
}

/** One call leaves its completion owing; then others come that differ from it in one thing: the date, the run, the scraper, a flag. */
function owing(draw: Draw, all: readonly string[]): readonly DrawnStep[] {
  const [place] = drawPlaces(draw);
  const [scraper, another] = draw.shuffle(all);
  if (place === undefined) return [];
  const flags: Partial<DrawnScrape> = draw.pick([{}, {}, { backfill: 'historical_load' }, drawSilence(draw)]);
  const { day, run } = place;
  const others: readonly (readonly [Place, string | undefined, Partial<DrawnScrape>])[] = [
    [{ day, run: 1 + (run % 3) }, scraper, flags],
    [{ day: (day + 1) % 3, run }, scraper, flags],
    [place, another, flags],
    [place, scraper, { backfill: 'repair of a night' }],
  ];
  const called = [[place, scraper, flags] as const, ...draw.shuffle(others).slice(0, 2 + draw.below(3))];
  const calls = called.map(([where, name, said], index): DrawnStep => {
    const which = name === undefined ? {} : { scraper: name };
    return { do: 'scrape', n: index + 1, ...placeOf(where), ...which, ...said };
  });
  const refusal: DrawnStep = {
    do: 'refuse',
    on: 'publish',
    topic: TOPIC.phase1ScrapersComplete,
    ...(day === 0 ? {} : { day }),
  };
  return [refusal, ...calls];
}

/** One read of a scrape fails as often as it is repeated, and the scrape is called for again in the end. */
function outage(draw: Draw, after: number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const scraper = draw.pick(Object.keys(PROCESSORS.phase_1_scrapers));
  const failing = { times: ALWAYS, alike: true } as const;
  const { day } = place;
  return [
    {
      do: 'refuse',
      on: 'read',
      ...(day === undefined ? {} : { day }),
      ...(after === 0 ? {} : { after }),
      ...failing,
    },
    { do: 'scrape', n: 1, ...place, scraper },
  ];
}

function drawCall(draw: Draw, own: readonly string[]): Partial<DrawnScrape> {
  const scraper = draw.weigh<string | undefined>([
    [8, drawName(draw, 'phase_1_scrapers', draw.pick(own))],
    [1, drawStrangeName(draw, 'phase_1_scrapers')],
    [1, undefined],
  ]);
  return {
    ...(scraper === undefined ? {} : { scraper }),
    ...(draw.oneIn(4) ? { backfill: draw.pick(REASONS) } : {}),
    ...(draw.oneIn(5) ? { skip: true as const } : {}),
    ...(draw.oneIn(3) ? { source: draw.pick(['scheduler', 'manual'] as const) } : {}),
    ...(draw.oneIn(3) ? { clock: true as const } : {}),
    ...(draw.oneIn(6) ? { workflow: draw.pick(['morning_operations', 'a workflow of its own']) } : {}),
    ...(draw.oneIn(8) ? { copies: 2 + draw.below(2) } : {}),
    ...(draw.oneIn(8) ? { wrong: draw.pick(WRONG) } : {}),
  };
}
