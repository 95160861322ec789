import type { Check } from '../check.ts';
import { drawnHistories } from './drawn.ts';
import { ANALYTICS_RECEIVER } from './receivers/analytics.ts';
import { COORDINATOR_RECEIVER } from './receivers/coordinator.ts';
import { ORCHESTRATOR_RECEIVERS } from './receivers/orchestrators.ts';
import { PRECOMPUTE_RECEIVER } from './receivers/precompute.ts';
import { RAW_RECEIVER } from './receivers/raw.ts';
import { SCRAPERS_RECEIVER } from './receivers/scrapers.ts';
import { WORKER_RECEIVER } from './receivers/worker.ts';

/** A check for each receiver whose histories are drawn. */
export const DRAWN: readonly Check[] = [
  SCRAPERS_RECEIVER,
  RAW_RECEIVER,
  ANALYTICS_RECEIVER,
  PRECOMPUTE_RECEIVER,
  ...ORCHESTRATOR_RECEIVERS,
  COORDINATOR_RECEIVER,
  WORKER_RECEIVER,
].map(drawnHistories);
