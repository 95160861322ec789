import { ACKNOWLEDGEMENT } from './faults/acknowledgement.ts';
import { COORDINATOR_ANSWERS } from './faults/coordinator-answers.ts';
import { DRAWN } from './faults/drawn.ts';
import { INVENTED } from './faults/invented.ts';
import { MESSAGES } from './faults/messages.ts';
import { PREDICTIONS } from './faults/predictions.ts';
import { READS } from './faults/reads.ts';
import { REFUSALS } from './faults/refusals.ts';
import { RUNS } from './faults/runs.ts';
import { AFTERWARDS } from './faults/triggers/afterwards.ts';
import { DOUBLE_TRIGGERS } from './faults/triggers/double-triggers.ts';
import { INTERLEAVINGS } from './faults/triggers/interleavings.ts';
import { LOST_TRIGGERS } from './faults/triggers/lost-triggers.ts';
import type { Mutant } from './mutant.ts';

/** Every broken implementation that the judge must tell from the reference. */
export const MUTANTS: readonly Mutant[] = [
  ...LOST_TRIGGERS,
  ...DOUBLE_TRIGGERS,
  ...MESSAGES,
  ...ACKNOWLEDGEMENT,
  ...PREDICTIONS,
  ...COORDINATOR_ANSWERS,
  ...INTERLEAVINGS,
  ...INVENTED,
  ...REFUSALS,
  ...RUNS,
  ...AFTERWARDS,
  ...DRAWN,
  ...READS,
];
