import type { Check } from '../check.ts';
import { drawnHistories } from './drawn.ts';
import { ORCHESTRATOR_RECEIVERS } from './receivers/orchestrators.ts';

/** A check for each receiver whose histories are drawn. */
export const DRAWN: readonly Check[] = ORCHESTRATOR_RECEIVERS.map(drawnHistories);
