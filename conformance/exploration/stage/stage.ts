import type { AsyncSimulation } from '../engine/simulation.ts';
import { offerCall, releaseAll, type Stalls } from './act.ts';
import { finish, isAllOver, type Post, pauseMs, post } from './deliveries.ts';
import type { StageOptions } from './options.ts';
import { createMailbox, type Mailbox } from './silence/mailbox.ts';
import { createPace, type Pace } from './silence/pace.ts';
import { createQuiet } from './silence/quiet.ts';
import { createStageSteps, RANK } from './steps.ts';

/** A black-box run: a simulation whose steps are a target's calls and the deliveries to it. */
export interface Stage<History> extends AsyncSimulation<History> {
  /** How often a choice was made although the target might have had more to say; 0 means that a replay is exact. */
  guesses(): number;
}

interface Waiting {
  readonly office: Post;
  readonly mailbox: Mailbox;
  readonly pace: Pace;
  readonly patience_ms: number;
  guesses: number;
}

const THINK_MS_MAX = 1_000;
const PATIENCE_MS = 15_000;
const ATTEMPTS_MAX = 12;

/** Open the stage of one run. It parks the case's calls from now until it is healed. */
export function openStage<History>(options: StageOptions<History>): Stage<History> {
  const { pace = createPace(THINK_MS_MAX), patience_ms = PATIENCE_MS, attempts_max = ATTEMPTS_MAX } = options;
  const mailbox = createMailbox();
  const office: Post = {
    steps: createStageSteps(),
    quiet: createQuiet(),
    notify: mailbox.notify,
    attempts_max,
    parcels: [],
    is_finishing: false,
  };
  const stalls: Stalls = { office, options, waiting: new Map(), finishers: new Map() };
  const waiting: Waiting = { office, mailbox, pace, patience_ms, guesses: 0 };
  const lot = options.parking.open(options.owns, {
    parked: (parked) => offerCall(stalls, parked),
    finished(sequence) {
      office.quiet.finished(sequence);
      stalls.finishers.get(sequence)?.();
      stalls.finishers.delete(sequence);
      mailbox.notify();
    },
  });
  for (const message of options.messages) post(office, message);

  return {
    settle: () => settle(waiting),
    enabled: () => office.steps.enabled(),
    perform: (step, fault) => office.steps.perform(step, fault),
    done: () => isAllOver(office),
    async heal() {
      releaseAll(stalls);
      lot.close();
      await finish(office, patience_ms);
      await options.heal();
    },
    guesses: () => waiting.guesses,
    get history() {
      return options.history();
    },
  };
}

/** Waits until nothing more is coming, or the target has been silent for so long that it is taken to think. */
async function settle(waiting: Waiting): Promise<void> {
  const { mailbox, pace, patience_ms } = waiting;
  const { steps, quiet } = waiting.office;
  for (;;) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const is_urgent = steps.has(RANK.call) || steps.has(RANK.delivery);
    if (is_urgent && quiet.isQuiet()) return;
    // With nothing to choose among there is no hurry.
    const is_idle = steps.isEmpty();
    const bound_ms = is_idle ? patience_ms : pace.boundMs();
    if (is_urgent || quiet.unanswered() > 0) {
      const since_ms = performance.now();
      if (await mailbox.next(bound_ms)) {
        // What took long while there was nothing to choose, such as a back-off, says nothing about the pace.
        if (!is_idle) pace.heard(performance.now() - since_ms);
        continue;
      }
      quiet.giveUp();
      waiting.guesses += 1;
      if (is_urgent || is_idle) return;
    }
    const pause_ms = pauseMs(waiting.office);
    if (pause_ms <= 0 || !(await mailbox.next(pause_ms))) return;
  }
}
