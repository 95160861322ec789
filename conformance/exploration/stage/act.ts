import { kindOfCall, nameCall, verdictFor } from '../parking/calls.ts';
import type { ParkedCall } from '../parking/gate.ts';
import type { FaultName } from '../schedule/faults.ts';
import { abandon, abandonAll, type Post } from './deliveries.ts';
import type { StageOptions } from './options.ts';
import { RANK, type StageStep } from './steps.ts';

/** The calls of a black-box run that are parked, beside its deliveries. */
export interface Stalls {
  readonly office: Post;
  readonly options: Pick<StageOptions<unknown>, 'crash' | 'expireLeases' | 'onWake'>;
  readonly waiting: Map<StageStep, ParkedCall>;
  /** What to do as soon as a call has had its effect, by its sequence. */
  readonly finishers: Map<number, () => void>;
}

/** Offer a call that was parked as a step. */
export function offerCall(stalls: Stalls, parked: ParkedCall): void {
  const { steps, quiet, notify } = stalls.office;
  quiet.parked();
  const step: StageStep = steps.add(RANK.call, {
    label: nameCall(parked.call) + steps.currentName(),
    kind: kindOfCall(parked.call),
    faults: faultsOf(parked, stalls),
    perform: (fault) => act(stalls, step, parked, fault),
  });
  stalls.waiting.set(step, parked);
  notify();
}

/** Let every parked call go on. */
export function releaseAll(stalls: Stalls): void {
  for (const [step, parked] of [...stalls.waiting]) release(stalls, step, parked, undefined);
}

function faultsOf({ call }: ParkedCall, { options }: Stalls): readonly FaultName[] {
  const kind = kindOfCall(call);
  return [
    'unavailable',
    // Google's Firestore clients repeat a refused read themselves, after a second or two; it shows nothing more.
    ...(kind === 'read' ? [] : (['refused'] as const)),
    ...(kind === 'commit' ? (['aborted'] as const) : []),
    'deadline_before',
    'deadline_after',
    'no_answer',
    ...(options.crash === undefined ? [] : (['crash', 'crash_after'] as const)),
    ...(options.expireLeases === undefined ? [] : (['zombie'] as const)),
  ];
}

async function act(
  stalls: Stalls,
  step: StageStep,
  parked: ParkedCall,
  fault: FaultName | undefined,
): Promise<void> {
  switch (fault) {
    case 'zombie':
      return fallAsleep(stalls, step, parked);
    case 'crash':
      release(stalls, step, parked, fault);
      dropAll(stalls);
      return stalls.options.crash?.();
    case 'crash_after':
      // Killed while the embedded cloud still holds the answer in its hands.
      return new Promise((resolve) => {
        stalls.finishers.set(parked.call.sequence, () => {
          dropAll(stalls);
          resolve(stalls.options.crash?.());
        });
        release(stalls, step, parked, fault);
      });
    case 'no_answer':
      release(stalls, step, parked, fault);
      void abandon(stalls.office, step.actor);
      return;
    default:
      return release(stalls, step, parked, fault);
  }
}

function release(stalls: Stalls, step: StageStep, parked: ParkedCall, fault: FaultName | undefined): void {
  if (!stalls.waiting.delete(step)) return;
  const verdict = verdictFor(fault);
  stalls.office.quiet.released(parked.call.sequence, verdict.kind !== 'hang');
  parked.release(verdict);
}

/** The instance is gone: none of its calls is answered, and all its deliveries go elsewhere. */
function dropAll(stalls: Stalls): void {
  for (const [step, parked] of [...stalls.waiting]) {
    stalls.office.steps.remove(step);
    release(stalls, step, parked, 'no_answer');
  }
  abandonAll(stalls.office);
}

/** The call stays parked and goes last of all; nobody waits for its delivery any more. */
async function fallAsleep(stalls: Stalls, step: StageStep, parked: ParkedCall): Promise<void> {
  const { quiet, steps } = stalls.office;
  const { expireLeases, onWake } = stalls.options;
  stalls.waiting.delete(step);
  quiet.released(parked.call.sequence, false);
  const answered = abandon(stalls.office, step.actor);
  await expireLeases?.();
  steps.add(RANK.zombie, {
    label: `late ${step.label}`,
    kind: step.kind,
    faults: [],
    perform() {
      onWake?.(step.label);
      wake(stalls.office, parked, answered);
    },
  });
}

/** Serves the call of a sleeper. What it does until its delivery is answered belongs to the run, so that is waited for. */
function wake({ quiet, notify }: Post, parked: ParkedCall, answered: Promise<void>): void {
  quiet.sent();
  void answered.then(() => {
    quiet.settled();
    notify();
  });
  quiet.parked();
  quiet.released(parked.call.sequence, true);
  parked.release({ kind: 'serve' });
}
