import type { AnomalyName } from '../../checks/anomalies.ts';

/**
 * How urgent a cause is, the first first: work that is lost, early or done twice; acks that are not safe; ids and dates that
 * cannot be followed; the shape of messages; what SHOULD be.
 */
export const URGENCIES = ['work', 'acks', 'tracing', 'shape', 'should'] as const;

/** One degree of urgency. */
export type Urgency = (typeof URGENCIES)[number];

/** Of anomalies of one kind: how urgent they are, which family they belong to, and what a right program does. */
export interface Kind {
  readonly urgency: Exclude<Urgency, 'should'>;
  /** Anomalies of one family are signs of one fault, when component and circumstances agree. */
  readonly family: string;
  /** One sentence. */
  readonly right: string;
}

const KEEPS =
  'A right program acks only after its state is committed and its publish is confirmed, and asks again for what is pending on each redelivery and sweep.';
const ONCE =
  'A right program claims the work in one transaction per key, derives the id from that key, and lets nobody else publish meanwhile.';
const WAITS =
  'A right program counts known names whose last status is success or partial, and publishes when the whole set is there.';
const REFUSES =
  'A right program validates envelope and message before it touches any state, and nacks what is invalid (400), so that the dead letter keeps it.';
const CARRIES =
  'A right program copies date, run, correlation and backfill fields from the message that caused the work, and lists all upstream runs.';
const SERVES = 'A right program takes every valid message in every form that the contract allows.';

/** The kind of each anomaly. */
export const KINDS: Readonly<Record<AnomalyName, Kind>> = {
  crash: {
    urgency: 'work',
    family: 'crash',
    right: 'A right program answers 4xx or 5xx to what it cannot work on, and goes on.',
  },
  stuck: {
    urgency: 'work',
    family: 'silence',
    right: 'A right program does its work and answers before the ack deadline.',
  },
  'refused message': { urgency: 'work', family: 'refusal', right: SERVES },
  'lost trigger': { urgency: 'work', family: 'loss', right: KEEPS },
  'lost message': { urgency: 'work', family: 'loss', right: KEEPS },
  'stuck batch': {
    urgency: 'work',
    family: 'batch',
    right:
      'A right program keeps the batch in the store, counts each requested player once, and announces the end when the last has his final result.',
  },
  'early trigger': { urgency: 'work', family: 'early', right: WAITS },
  'level inversion': { urgency: 'work', family: 'early', right: WAITS },
  'phantom completion': { urgency: 'work', family: 'early', right: WAITS },
  'wrong status': {
    urgency: 'work',
    family: 'status',
    right:
      'A right program says success or partial where it has written what it read, no_data where there was nothing to write, and failed with its error where no attempt can succeed.',
  },
  'double trigger': { urgency: 'work', family: 'double', right: ONCE },
  'double run': { urgency: 'work', family: 'double', right: ONCE },
  'repeated message': { urgency: 'work', family: 'repeat', right: ONCE },
  'backfill leak': {
    urgency: 'work',
    family: 'backfill',
    right:
      'A right program does the work of a message with skip_downstream_trigger and publishes nothing; else it copies backfill_mode and backfill_reason from the message that caused the work.',
  },
  'wrong count': {
    urgency: 'work',
    family: 'count',
    right: 'A right program counts from the stored batch: each requested player once, by his last result.',
  },
  'early ack': { urgency: 'acks', family: 'ack', right: KEEPS },
  'early record': { urgency: 'acks', family: 'ack', right: KEEPS },
  'swallowed message': { urgency: 'acks', family: 'validation', right: REFUSES },
  'state left behind': { urgency: 'acks', family: 'validation', right: REFUSES },
  'poison loop': {
    urgency: 'acks',
    family: 'poison',
    right: 'A right program refuses one message and serves the next.',
  },
  'zombie write': {
    urgency: 'acks',
    family: 'zombie',
    right:
      'A right program writes and publishes only while its claim is its own, and checks that in the commit.',
  },
  'wrong answer': {
    urgency: 'acks',
    family: 'answer',
    right: 'A right program gives the answer that the contract lists for the call.',
  },
  'broken correlation': { urgency: 'tracing', family: 'correlation', right: CARRIES },
  'broken provenance': { urgency: 'tracing', family: 'provenance', right: CARRIES },
  'changed date': { urgency: 'tracing', family: 'date', right: CARRIES },
  'changed run': { urgency: 'tracing', family: 'run', right: CARRIES },
  'invalid message': {
    urgency: 'shape',
    family: 'shape',
    right: 'A right program sends every field of the schema, null where it has no value, and no other.',
  },
  'wrong topic': {
    urgency: 'shape',
    family: 'topic',
    right: 'A right program sends each kind of message to the topic that the contract has for it.',
  },
  'wrong document': {
    urgency: 'shape',
    family: 'document',
    right:
      'A right program keeps the documents that the contract describes, or does not claim the profile state.',
  },
};
