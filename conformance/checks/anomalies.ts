/** What can go wrong, by name, in one sentence each; a report groups by the name and shows the sentence. */
export const ANOMALIES = {
  'lost trigger': 'A trigger that was owed was never published, so the next phase or level does not start.',
  'lost message': 'A message other than a trigger that was owed was never published.',
  'double trigger': 'Two triggers of one set went out under different ids, so the next phase runs twice.',
  'double run': 'One piece of work was done twice, under two execution ids.',
  'repeated message': 'A message was published again, under the same id, although nothing had failed.',
  'early trigger': 'A trigger was published while something that it must wait for was missing.',
  'level inversion': 'A level of the cascade was triggered before a level that it waits for.',
  'phantom completion': 'A message was published that nothing of what came in gives reason for.',
  'wrong status': 'A run says another status than what came of it.',
  'backfill leak':
    'Backfilled work goes on as if it were live: something was published although skip_downstream_trigger was set, or without the backfill fields of its cause.',
  'broken correlation': 'A message carries a correlation_id that is none of the runs that fed it.',
  'broken provenance': 'A message names another cause, run or upstream than the one that it has.',
  'changed date': 'A message carries another game_date than the message that caused it.',
  'changed run': 'A message carries another metadata.run than the message that caused it.',
  'swallowed message': 'A delivery that must be refused was acked, so no operator will ever see it.',
  'poison loop': 'After refused deliveries a valid one was not served.',
  'refused message': 'A delivery that is valid was refused, at every attempt.',
  'early ack': 'A delivery was acked before its state was committed or its publish was confirmed.',
  'zombie write': 'An instance whose work another had taken over still wrote or published.',
  'state left behind': 'A delivery that was refused left something in the store.',
  'stuck batch': 'A batch of predictions never ends, or its end is never announced.',
  'wrong answer': 'A call or delivery was answered with another status or body than the contract gives.',
  'wrong count': 'A number of a batch, such as requested or completed players, is not what happened.',
  'invalid message': 'A message was published that breaks its schema.',
  'wrong topic': 'A message was published to another topic than the one for its kind.',
  'wrong document': 'A document in the store does not hold what the contract says.',
  'early record': 'A trigger was recorded as published before the broker had confirmed it.',
  crash: 'A component ended by itself.',
  stuck: 'A component neither answered nor did anything more.',
} as const satisfies Readonly<Record<string, string>>;

/** The name of something that can go wrong. */
export type AnomalyName = keyof typeof ANOMALIES;

/** Say what an anomaly means, in one sentence; nothing for a name of another version of the judge. */
export function meaningOf(name: string): string {
  return new Map<string, string>(Object.entries(ANOMALIES)).get(name) ?? '';
}
