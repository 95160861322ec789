/** A family of faults, and the broken implementation that stands for it. */
export interface Family {
  readonly name: string;
  /** What people see in production, in one sentence. */
  readonly symptom: string;
  /** The id of its mutant: the reference with that one fault. */
  readonly mutant: string;
  /** The check that is run. */
  readonly check: string;
  /** The requirement whose failure is shown. */
  readonly requirement: string;
}

/** The families of broken orchestrators that docs/failures.md shows, one failure of each. */
export const FAMILIES: readonly Family[] = [
  {
    name: 'Lost trigger after a crash',
    symptom: 'The instance dies between commit and publish, and every redelivery is taken for a duplicate.',
    mutant: 'L02-pending-looks-like-a-duplicate',
    check: 'crash-before-publish-of-phase3-to-phase4-orchestrator',
    requirement: 'FANIN-013',
  },
  {
    name: 'Swallowed publish error',
    symptom: 'The broker refuses the trigger, the program ignores the error, and the completion is acked.',
    mutant: 'L01-publish-error-swallowed',
    check: 'fan-in-after-a-refused-publish',
    requirement: 'FANIN-007',
  },
  {
    name: 'Check-then-act',
    symptom:
      'Two deliveries at the same time each see four of five completions, and the date waits for ever.',
    mutant: 'I01-check-then-act',
    check: 'every-order-of-the-last-two-completions',
    requirement: 'FANIN-006',
  },
  {
    name: 'Publish inside the transaction',
    symptom:
      'The program does not wait for the outcome of the publish, so the ack comes before the publish is confirmed.',
    mutant: 'D02-publish-inside-the-transaction',
    check: 'unconfirmed-publish-of-phase3-to-phase4-orchestrator',
    requirement: 'ACK-001',
  },
  {
    name: 'An unknown name counts',
    symptom: 'The completion of an unknown processor counts in place of a missing one.',
    mutant: 'D04-any-five-names',
    check: 'unknown-processor-to-phase3-to-phase4-orchestrator',
    requirement: 'ACK-003',
  },
  {
    name: 'Early level',
    symptom: 'Level 2 of the cascade starts when two of three are done.',
    mutant: 'D06-level-2-after-two-of-three',
    check: 'cascade-in-order',
    requirement: 'CASC-001',
  },
  {
    name: 'Backfill leak',
    symptom: 'A load of past dates, which must trigger nothing, triggers the next phase.',
    mutant: 'B01-skip-flag-read-from-another-key',
    check: 'skip-downstream-in-a-set-to-phase3-to-phase4-orchestrator',
    requirement: 'BACK-002',
  },
  {
    name: 'Cut correlation',
    symptom: 'A component makes up a correlation_id, and the run cannot be traced to its scrapers.',
    mutant: 'C01-new-correlation-id',
    check: 'what-travels-on-from-phase3-to-phase4-orchestrator',
    requirement: 'CORR-001',
  },
];
