import { fault, type Mutant } from '../mutant.ts';

/** Faults of programs that take what they could not read for what is not there. */
export const READS: readonly Mutant[] = [
  fault(
    'Y52-unread-tables-are-missing',
    'IDEM-002',
    'Phase 3 takes raw runs that it could not read for runs that are not there, and acks.',
    'analytics/service.ts',
    "await ports.warehouse.runs({ phase: 'phase_2_raw', game_date, run });",
    "await ports.warehouse.runs({ phase: 'phase_2_raw', game_date, run }).catch(() => []);",
  ),
  fault(
    'Y53-unread-features-are-missing',
    'IDEM-009',
    'The worker says failed of a player whose features it could not read.',
    'predictions/worker.ts',
    'FEATURE_TABLE, game_date, run, player_lookup);\n  const finished_at',
    'FEATURE_TABLE, game_date, run, player_lookup).catch(() => undefined);\n  const finished_at',
  ),
  fault(
    'Y54-unread-inputs-are-missing',
    'CORR-010',
    'Phase 4 takes tables that it could not read for tables that are not there.',
    'precompute/precompute.ts',
    "ports.warehouse.runs({ phase: 'phase_3_analytics', game_date, run }),",
    "ports.warehouse.runs({ phase: 'phase_3_analytics', game_date, run }).catch(() => []),",
  ),
  fault(
    'Y55-unread-batch-is-missing',
    'COORD-008',
    'A round whose batch could not be read owes no announcement.',
    'predictions/rounds/end-round.ts',
    'const seen = await ports.documents.get<PredictionBatch>(batchPath(address));',
    'const seen = await ports.documents.get<PredictionBatch>(batchPath(address)).catch(() => undefined);',
  ),
];
