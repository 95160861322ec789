import { areaOf } from '../requirements/catalogue.ts';

/** Names of the areas of requirements, as headings. */
const AREAS: Readonly<Record<string, string>> = {
  MSG: 'Messages',
  ACK: 'Acknowledgement',
  IDEM: 'Idempotency',
  FANIN: 'Fan-in, Phase 3 to 4',
  CASC: 'Cascade, Phase 4',
  COORD: 'Coordinator, Phase 5',
  BACK: 'Backfill',
  CORR: 'Correlation',
  TOPO: 'Topics',
  STATE: 'State documents',
  LIVE: 'Whole pipeline',
};

/** Name an area by the letters before a requirement's number, such as FANIN; unknown letters name themselves. */
export function areaName(area: string): string {
  return AREAS[area] ?? area;
}

/** Group entries by the area of their requirement, areas in the order of their first entry. */
export function byArea<Entry>(
  entries: readonly Entry[],
  idOf: (entry: Entry) => string,
): ReadonlyMap<string, readonly Entry[]> {
  const areas = new Map<string, Entry[]>();
  for (const entry of entries) {
    const area = areaOf(idOf(entry));
    areas.set(area, [...(areas.get(area) ?? []), entry]);
  }
  return areas;
}
