import type { AnomalyName } from './anomalies.ts';
import type { Anomaly } from './check.ts';

/** What a message that nobody asked for says is wrong too: it was made from less than it should have been. */
const OF_ITS_CONTENT: readonly AnomalyName[] = [
  'broken correlation',
  'broken provenance',
  'changed date',
  'changed run',
  'backfill leak',
  'wrong count',
  'invalid message',
  'wrong document',
  'early record',
  'double trigger',
  'double run',
  'repeated message',
];

/** What an anomaly brings with it, where both are seen at the same events. */
const BRINGS: Readonly<Partial<Record<AnomalyName, readonly AnomalyName[]>>> = {
  'early trigger': OF_ITS_CONTENT,
  'level inversion': OF_ITS_CONTENT,
  'phantom completion': OF_ITS_CONTENT,
  // Who wrongly says no_data has told of no run that counts.
  'wrong status': [...OF_ITS_CONTENT, 'lost message'],
  'refused message': ['wrong answer'],
};

/**
 * List the anomalies that explain one: what they bring with them is what it shows. Most times that it was seen, they were seen at
 * one of the events that it is about.
 */
export function explained(anomaly: Anomaly, among: readonly Anomaly[]): readonly AnomalyName[] {
  const names = new Set(among.map((other) => other.anomaly));
  return [...names].filter((name) => {
    if (BRINGS[name]?.includes(anomaly.anomaly) !== true) return false;
    const cited = new Set(
      among.filter((other) => other.anomaly === name).flatMap((other) => occurrencesOf(other).flat()),
    );
    const occurrences = occurrencesOf(anomaly);
    const together = occurrences.filter((events) => events.some((event) => cited.has(event)));
    return together.length * 2 > occurrences.length;
  });
}

/** List what an anomaly cites in each history that shows it. */
export function occurrencesOf({ occurrences, events }: Anomaly): readonly (readonly number[])[] {
  return occurrences ?? [events];
}
