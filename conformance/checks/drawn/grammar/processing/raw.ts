import { PROCESSORS } from '../../../../../generated/registry.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import type { Json } from '../../../../history/events.ts';
import type { DrawnHistory, DrawnParcel, DrawnStep } from '../../value/history.ts';
import type { Draw } from '../draw.ts';
import {
  drawDeliveries,
  drawOutage,
  drawPlaces,
  drawRefusal,
  drawRepeats,
  drawUnknown,
  historyOf,
  placeOf,
  REASONS,
  sprinkle,
} from '../mixing.ts';
import { drawName, drawStrangeNames } from '../names.ts';
import { drawInterrupted, drawTakenOver, isInterrupted, isOutage, isTakenOver } from './taken-over.ts';

/** How many histories a run draws. */
export const RAW_HISTORIES = 20;

/** Draw what Phase 2 is told of one to three dates and runs: scraper runs with and without a file, in every format. */
export function drawRawHistory(draw: Draw, nth = 0): DrawnHistory {
  let n = 0;
  const nextN = (): number => ++n;
  if (isTakenOver(nth, RAW_HISTORIES)) return historyOf(draw, takenOver(draw, nextN));
  if (isOutage(nth, RAW_HISTORIES)) return historyOf(draw, outage(draw, nextN, nth % 2));
  if (isInterrupted(nth, RAW_HISTORIES)) return historyOf(draw, interrupted(draw, nextN, nth));
  const places = drawPlaces(draw).map(placeOf);
  const scrapers = draw.shuffle(Object.keys(PROCESSORS.phase_1_scrapers)).slice(0, 1 + draw.below(2));
  const scrapes: DrawnStep[] = [];
  const parcels: DrawnParcel[] = [];
  for (const place of places) {
    for (const scraper of scrapers) {
      const runs = draw.weigh<number>([
        [3, 1],
        [3, 2],
        [1, 3],
      ]);
      for (let run = 0; run < runs; run++) {
        const is_made_up = draw.oneIn(4);
        const scrape = is_made_up ? undefined : nextN();
        if (scrape !== undefined) scrapes.push({ do: 'scrape', n: scrape, scraper, ...place });
        const told = draw.weigh<number>([
          [5, 1],
          [2, 2],
          [1, 3],
        ]);
        for (let message = 0; message < told; message++) {
          const before = parcels.at(-1);
          parcels.push({
            n: nextN(),
            name: drawName(draw, 'phase_1_scrapers', scraper),
            ...(draw.oneIn(6) ? placeOf(draw.pick(drawPlaces(draw))) : place),
            ...(scrape === undefined ? {} : { of: scrape }),
            ...(message > 0 && before !== undefined && is_made_up && draw.oneIn(2)
              ? { execution_of: before.n }
              : {}),
            ...drawSaid(draw, is_made_up),
          });
        }
      }
    }
  }
  if (draw.oneIn(4)) {
    const names = drawStrangeNames(draw, 'phase_1_scrapers');
    parcels.push(...names.map((name) => ({ n: nextN(), name, ...draw.pick(places) })));
  }
  const order = draw.oneIn(2) ? draw.shuffle(parcels) : parcels;
  const steps = sprinkle(draw, drawDeliveries(draw, order), drawRepeats(draw, parcels));
  return historyOf(draw, [...scrapes, ...drawRefusal(draw, [TOPIC.phase2RawComplete]), ...steps]);
}

/** A scraper run of which both instances are told. */
function takenOver(draw: Draw, nextN: () => number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const scraper = draw.pick(Object.keys(PROCESSORS.phase_1_scrapers));
  const scrape = nextN();
  const tell = (): DrawnParcel => ({ n: nextN(), name: scraper, ...place, of: scrape });
  return [
    { do: 'scrape', n: scrape, scraper, ...place },
    ...drawTakenOver(draw, TOPIC.phase2RawComplete, place, tell),
  ];
}

/** A scraper run whose raw run is not confirmed by the broker; another one of its table may come before it is told of again. */
function interrupted(draw: Draw, nextN: () => number, nth: number): readonly DrawnStep[] {
  const [place = {}] = drawPlaces(draw).map(placeOf);
  const scraper = draw.pick(Object.keys(PROCESSORS.phase_1_scrapers));
  const scrape = nextN();
  const about = (of: number): DrawnParcel => ({ n: nextN(), name: scraper, ...place, of });
  const another = (): readonly DrawnStep[] => {
    const n = nextN();
    return [
      { do: 'scrape', n, scraper, ...place },
      { do: 'deliver', parcels: [about(n)] },
    ];
  };
  return [
    { do: 'scrape', n: scrape, scraper, ...place },
    ...drawInterrupted(draw, TOPIC.phase2RawComplete, place, {
      nth,
      tell: () => about(scrape),
      others: [another],
    }),
  ];
}

/** A scraper run of each of three days is told of while the store fails. */
function outage(draw: Draw, nextN: () => number, nth: number): readonly DrawnStep[] {
  const days = [0, 1, 2];
  const scraper = draw.pick(Object.keys(PROCESSORS.phase_1_scrapers));
  const scrapes = days.map((day) => ({
    do: 'scrape' as const,
    n: nextN(),
    scraper,
    ...placeOf({ day, run: 1 }),
  }));
  const parcels = scrapes.map(
    ({ n, do: _do, scraper: name, ...place }): DrawnParcel => ({
      n: nextN(),
      name,
      ...place,
      of: n,
      late: true,
    }),
  );
  return [...scrapes, ...drawOutage(draw, days, nth), { do: 'deliver', parcels }];
}

/** What one message says beside its name and its day; one of a file that nobody wrote may be empty, failed or partial. */
function drawSaid(draw: Draw, is_made_up: boolean): Partial<DrawnParcel> {
  const status = draw.weigh<DrawnParcel['status'] | undefined>([
    [is_made_up ? 3 : 8, undefined],
    [1, 'partial'],
    [is_made_up ? 2 : 0, 'no_data'],
    [is_made_up ? 2 : 1, 'failed'],
  ]);
  const form = draw.weigh<DrawnParcel['form'] | undefined>([
    [5, undefined],
    [1, 'unified'],
    [3, 'legacy'],
  ]);
  return {
    ...(status === undefined ? {} : { status }),
    ...(form === undefined ? {} : { form }),
    ...(form === 'legacy' ? drawLegacy(draw) : drawUnified(draw)),
    ...(draw.oneIn(4) ? { skip: true as const } : {}),
    ...(draw.oneIn(5) ? { backfill: draw.pick(REASONS) } : {}),
    ...draw.weigh<Partial<DrawnParcel>>([
      [5, {}],
      [2, { minutes: 0 }],
      [1, { minutes: -90 }],
      [1, { minutes: 90 }],
    ]),
    ...(draw.oneIn(8) ? { fresh: true as const } : {}),
    ...draw.weigh<Partial<DrawnParcel>>([
      [6, {}],
      [1, { copies: 2 }],
      [1, { copies: 3, new_ids: true }],
    ]),
    ...(draw.oneIn(6) ? { late: true as const } : {}),
  };
}

function drawLegacy(draw: Draw): Pick<DrawnParcel, 'without' | 'says' | 'correlation'> {
  return draw.weigh<Pick<DrawnParcel, 'without' | 'says' | 'correlation'>>([
    [3, {}],
    [1, { without: ['execution_id', 'correlation_id'] }],
    [1, { without: ['execution_id'] }],
    [1, { without: ['correlation_id'] }],
    [1, { without: ['game_date'] }],
    [1, { without: ['game_date'], says: { gcs_path: 'gs://nba-scraped/a file without a date.json' } }],
    [1, { without: ['status', 'record_count'] }],
    [3, { without: ['timestamp'] }],
    [1, { says: { execution_id: 'a run of the old format' } }],
  ]);
}

function drawUnified(draw: Draw): Pick<DrawnParcel, 'without' | 'says' | 'correlation' | 'wide'> {
  const wrong: readonly { readonly [field: string]: Json }[] = [
    { record_count: -1 },
    { timestamp: 'yesterday' },
    { game_date: 'TODAY' },
    { status: 'done' },
    { duration_seconds: '3' },
    { metadata: { run: 0 } },
  ];
  return draw.weigh<Pick<DrawnParcel, 'without' | 'says' | 'correlation' | 'wide'>>([
    [8, drawUnknown(draw, 8)],
    [1, { correlation: 'missing' }],
    [1, { correlation: 'long' }],
    [1, { says: { scraper_name: 'bdl_box_scores', name: 'bdl_box_scores' } }],
    [1, { says: draw.pick(wrong) }],
    [1, { without: [draw.pick(['status', 'timestamp', 'execution_id', 'metadata'])] }],
  ]);
}
