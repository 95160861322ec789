import { concurrent, duplicates } from './acknowledgement/duplicates.ts';
import { poison, sparseEnvelopes } from './acknowledgement/envelopes.ts';
import { impossibleDates, invalidMessages, unknownProcessor } from './acknowledgement/invalid.ts';
import {
  heldCommit,
  heldPublish,
  lostAnswer,
  refusedCommit,
  refusedPublish,
  refusedThirdPublish,
} from './acknowledgement/outages.ts';
import { obeysSkip, silentMember, silentRun } from './acknowledgement/silent.ts';
import { CASCADE_END, CASCADE_SECOND_LEVEL } from './cascade/ends.ts';
import {
  CASCADE_DATES,
  CASCADE_ORDER,
  CASCADE_OUT_OF_ORDER,
  CASCADE_STATUSES,
  CASCADE_TOGETHER,
} from './cascade/levels.ts';
import type { Check } from './check.ts';
import { BATCH_LIFE, LONE, THRESHOLDS } from './coordinator/answers.ts';
import { BATCH_END, FOREIGN_RESULTS, RESTART, RETRY, STATUS } from './coordinator/batches.ts';
import { CRASH as COORDINATOR_CRASH } from './coordinator/crash.ts';
import {
  ANNOUNCED_STATUS,
  LATE_FAILURE,
  SCHEDULER_WAIT,
  STATUS_BY_COVERAGE,
  STATUS_COUNTS,
} from './coordinator/progress.ts';
import {
  BATCH_START,
  CONCURRENT_STARTS,
  INSUFFICIENT,
  INTERRUPTED_START,
  PAST_DATE,
  SCHEDULER_START,
} from './coordinator/starts.ts';
import { TRIGGER_ANSWERS, WAITING_START } from './coordinator/triggers.ts';
import { DRAWN } from './drawn/all.ts';
import { FAN_IN_AFTERWARDS } from './fan-in/afterwards.ts';
import { RECOVERY } from './fan-in/recovery.ts';
import {
  FAN_IN_DATES,
  FAN_IN_LATE_FAILURE,
  FAN_IN_MISSING,
  FAN_IN_ORDER,
  FAN_IN_RUNS,
  FAN_IN_STATUSES,
} from './fan-in/sets.ts';
import { IDLE_SWEEPS } from './fan-in/sweeps.ts';
import { BATCH_EDGES } from './interleavings/batch-edges.ts';
import { LAST_COMPLETIONS } from './interleavings/last-completions.ts';
import { SAME_KEY } from './interleavings/same-key.ts';
import { inventedMessages } from './invented/messages-to.ts';
import { FAULT_PLANS } from './invented/plans-against.ts';
import { brokenRules, wrongFields } from './messages/fields.ts';
import { aliases, everyForm, unknownFields } from './messages/receivers.ts';
import { missingCorrelation, whatTravelsOn } from './messages/travel.ts';
import { CONFLICT, DUAL_FORMAT, EVERY_FORMAT, SCRAPED_BACKFILL } from './phases/formats.ts';
import { MISSING_FILE, PARTIAL_TABLES, SCRAPES_OF_NOTHING } from './phases/inputs.ts';
import {
  CRASH,
  EMPTY_RUN,
  EMPTY_THEN_FULL,
  PREDICTION_CRASH,
  SECOND_RUN,
  TABLE_BY_TABLE,
  UNKNOWN_TABLES,
} from './phases/runs.ts';
import { WHOLE_DATE, WHOLE_DATE_TWICE } from './pipeline/whole-date.ts';
import { RECIPES } from './recipes/drive.ts';
import { CASCADE, FAN_IN } from './recipes/orchestrators.ts';
import { RESULTS } from './recipes/phase-5.ts';
import { PHASE_3_WHOLE, PHASE_4_WHOLE } from './recipes/phases.ts';
import { BATCH_DOCUMENT } from './state/batches.ts';
import { DOCUMENT_CHECKS, LEVEL_ENTRIES } from './state/documents.ts';
import { RUN_DOCUMENTS } from './state/records.ts';
import { fromEveryVersion } from './versions/from-every-version.ts';

const UNIFIED = RECIPES.filter((recipe) => recipe.unified);
/** Receivers whose processor_name is a name of the registry. */
const NAMED = UNIFIED.filter((recipe) => recipe.receiver !== 'phase4-precompute');

/** Every check of the judge, in the order in which reports show them. */
export const CHECKS: readonly Check[] = [
  ...RECIPES.map(whatTravelsOn),
  ...RECIPES.map(unknownFields),
  ...RECIPES.map(fromEveryVersion),
  ...UNIFIED.map(missingCorrelation),
  ...NAMED.map(aliases),
  ...UNIFIED.map(unknownProcessor),
  ...RECIPES.map(invalidMessages),
  ...RECIPES.map(wrongFields),
  ...UNIFIED.map(brokenRules),
  ...RECIPES.map(impossibleDates),
  ...RECIPES.map(everyForm),
  ...RECIPES.map(sparseEnvelopes),
  ...RECIPES.map(poison),
  ...RECIPES.map(duplicates),
  ...[...RECIPES, PHASE_3_WHOLE].map(concurrent),
  ...RECIPES.filter(obeysSkip).map(silentRun),
  ...[FAN_IN, CASCADE].map(silentMember),
  ...RECIPES.map(refusedPublish),
  refusedThirdPublish(PHASE_4_WHOLE),
  ...RECIPES.map(refusedCommit),
  ...RECIPES.map(lostAnswer),
  ...RECIPES.map(heldPublish),
  ...[FAN_IN, CASCADE, RESULTS].map(heldCommit),
  FAN_IN_ORDER,
  FAN_IN_MISSING,
  FAN_IN_STATUSES,
  FAN_IN_LATE_FAILURE,
  FAN_IN_DATES,
  FAN_IN_RUNS,
  FAN_IN_AFTERWARDS,
  CASCADE_ORDER,
  CASCADE_OUT_OF_ORDER,
  CASCADE_TOGETHER,
  CASCADE_STATUSES,
  CASCADE_DATES,
  CASCADE_END,
  CASCADE_SECOND_LEVEL,
  BATCH_START,
  CONCURRENT_STARTS,
  PAST_DATE,
  SCHEDULER_START,
  INSUFFICIENT,
  INTERRUPTED_START,
  FOREIGN_RESULTS,
  BATCH_END,
  RETRY,
  STATUS,
  DUAL_FORMAT,
  EVERY_FORMAT,
  CONFLICT,
  TABLE_BY_TABLE,
  UNKNOWN_TABLES,
  EMPTY_RUN,
  EMPTY_THEN_FULL,
  ...DOCUMENT_CHECKS,
  LEVEL_ENTRIES,
  ...RUN_DOCUMENTS,
  BATCH_DOCUMENT,
  WHOLE_DATE,
  WHOLE_DATE_TWICE,
  ...RECOVERY,
  ...IDLE_SWEEPS,
  CRASH,
  PREDICTION_CRASH,
  RESTART,
  COORDINATOR_CRASH,
  THRESHOLDS,
  BATCH_LIFE,
  LONE,
  STATUS_COUNTS,
  LATE_FAILURE,
  SCHEDULER_WAIT,
  ANNOUNCED_STATUS,
  STATUS_BY_COVERAGE,
  TRIGGER_ANSWERS,
  WAITING_START,
  SECOND_RUN,
  SCRAPED_BACKFILL,
  MISSING_FILE,
  PARTIAL_TABLES,
  SCRAPES_OF_NOTHING,
  ...LAST_COMPLETIONS,
  ...BATCH_EDGES,
  ...SAME_KEY,
  ...RECIPES.map(inventedMessages),
  ...FAULT_PLANS,
  ...DRAWN,
];
