import type { Check } from '../check.ts';
import { drawnHistories } from './drawn.ts';
import type { DrawnReceiver } from './receiver.ts';
import { ANALYTICS_RECEIVER } from './receivers/analytics.ts';
import { COORDINATOR_RECEIVER } from './receivers/coordinator.ts';
import { ORCHESTRATOR_RECEIVERS } from './receivers/orchestrators.ts';
import { PRECOMPUTE_RECEIVER } from './receivers/precompute.ts';
import { RAW_RECEIVER } from './receivers/raw.ts';
import { SCRAPERS_RECEIVER } from './receivers/scrapers.ts';
import { WORKER_RECEIVER } from './receivers/worker.ts';

/** Everybody whose histories are drawn, in order of the pipeline. */
export const DRAWN_RECEIVERS: readonly DrawnReceiver[] = [
  SCRAPERS_RECEIVER,
  RAW_RECEIVER,
  ANALYTICS_RECEIVER,
  PRECOMPUTE_RECEIVER,
  ...ORCHESTRATOR_RECEIVERS,
  COORDINATOR_RECEIVER,
  WORKER_RECEIVER,
];

/** A check for each of them. */
export const DRAWN: readonly Check[] = DRAWN_RECEIVERS.map(drawnHistories);
