import type { ComponentName } from '../../contract/names.ts';

/**
 * How a check's messages reach components in a project: over the topics, by the project's own subscriptions, whose answers
 * nobody sees; or by the judge, who calls the component and reads the answer.
 */
export type Road = 'topics' | 'direct';

/** A row of the table: checks by name, and what becomes of them in a project. */
interface Row {
  readonly names: RegExp;
  readonly road?: Road;
  /** Components that it calls although its messages go over the topics. */
  readonly calls?: readonly ComponentName[];
  /** Why it is not run at all. */
  readonly shut?: string;
}

/** Why nobody can hold a message back in a project. */
export const HELD =
  "it holds messages back between components, and in a project the pipeline's own subscriptions deliver them at once";

const UNMARKED =
  'its messages name no reserved date, so that what a wrong implementation makes of them could not be found and removed';

const ORCHESTRATORS = '(phase3-to-phase4-orchestrator|phase4-orchestrator)';
const RECEIVERS = '(phase3-to-phase4-orchestrator|phase4-orchestrator|phase5-coordinator|phase5-worker)';

/** What becomes of each check in a project; the first row that fits counts. */
export const ROWS: readonly Row[] = [
  { names: /^(wrong-fields|impossible-dates|poison-message)-to-/, shut: UNMARKED },
  { names: /^scrapes-of-nothing$/, shut: UNMARKED },
  {
    names: /^idle-sweeps-of-/,
    shut: 'it calls POST /sweep, which acts on every date of the project, also on those of real games',
  },
  {
    names: /^(scheduler-start-without-body|calls-of-the-coordinator)$/,
    shut: 'it asks for today, whose games are real',
  },
  {
    names: /^scheduler-start-before-phase-4-is-complete$/,
    shut: 'it waits for a start that waits for Phase 4, which takes half an hour unless the target is set up for a test',
  },
  { names: /-phase5-coordinator-results$/, shut: HELD },
  { names: /^(precompute-of-two-runs|start-while-phase-4-is-under-way)$/, shut: HELD },
  {
    names:
      /^(results-that-do-not-belong|batch-ends-once-with-its-coverage|retry-asks-only-stragglers|a-batch-told-by-its-answers|status-in-the-middle-of-a-batch|status-by-coverage-after-the-deadline|announcements-of-good-and-bad-batches)$/,
    shut: HELD,
  },
  {
    names: /^one-date-(through-all-phases|with-every-message-twice)$/,
    road: 'topics',
    calls: ['phase1-scrapers'],
  },
  {
    names: /^(scrapers-send-both-formats|scrape-of-a-backfill)$/,
    road: 'topics',
    calls: ['phase1-scrapers'],
  },
  { names: /^(fan-in|cascade)-/, road: 'topics' },
  {
    names: new RegExp(
      `^(what-travels-on-from|unknown-fields-to|senders-of-every-version-to|concurrent-deliveries-to)-${RECEIVERS}$`,
    ),
    road: 'topics',
  },
  {
    names: new RegExp(`^(missing-correlation-to|aliases-to|skip-downstream-to)-${RECEIVERS}$`),
    road: 'topics',
  },
  { names: new RegExp(`^skip-downstream-in-a-set-to-${ORCHESTRATORS}$`), road: 'topics' },
  { names: /^(ready-feature-store-starts-one-batch|trigger-for-a-past-date)$/, road: 'topics' },
  {
    names: /^(analytics-of-a-date-without-tables|run-without-records|raw-run-of-a-missing-file)$/,
    road: 'topics',
  },
  {
    names: new RegExp(
      `^(invalid-messages|broken-rules|unknown-processor|every-delivery-form|envelopes|duplicates)-to-${RECEIVERS}$`,
    ),
    road: 'direct',
  },
  { names: /^document-of-every-level$/, road: 'direct' },
  { names: new RegExp(`^(completion-document|documents-of-two-runs)-of-${ORCHESTRATORS}$`), road: 'direct' },
  {
    names:
      /^(trigger-and-start-at-the-same-time|start-with-too-few-players|status-before-and-after-the-deadline|thresholds-of-a-start|a-trigger-told-by-its-answers)$/,
    road: 'direct',
  },
];
