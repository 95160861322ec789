import { AREAS } from '../../generated/requirements.ts';
import { areaOf } from '../requirements/catalogue.ts';

/** Name an area by the letters before a requirement's number, such as FANIN; unknown letters name themselves. */
export function areaName(area: string): string {
  const names: Readonly<Record<string, string>> = AREAS;
  return names[area] ?? area;
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
