import { ACKNOWLEDGEMENT } from './faults/acknowledgement.ts';
import { AFTERWARDS } from './faults/afterwards.ts';
import { COORDINATOR_ANSWERS } from './faults/coordinator-answers.ts';
import { DOUBLE_TRIGGERS } from './faults/double-triggers.ts';
import { DRAWN } from './faults/drawn.ts';
import { INTERLEAVINGS } from './faults/interleavings.ts';
import { INVENTED } from './faults/invented.ts';
import { LOST_TRIGGERS } from './faults/lost-triggers.ts';
import { MESSAGES } from './faults/messages.ts';
import { PREDICTIONS } from './faults/predictions.ts';
import { REFUSALS } from './faults/refusals.ts';
import { RUNS } from './faults/runs.ts';
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
];
