import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import type { Random } from '../../../reference/figures/season/random.ts';
import type { Timeline } from './timeline.ts';

/** What went wrong, counted. */
export interface Troubles {
  deliveries: number;
  duplicates: number;
  late: number;
  refused: number;
  answers_lost: number;
  acks_lost: number;
  deaths: number;
  outages: number;
  dead_letters: number;
  /** Batches that an operator had to retry, because nobody carried them on any more. */
  retries_by_hand: number;
}

/** How often something goes wrong: shares of calls, deliveries and steps. */
const SHARES = {
  refused: 0.003,
  answer_lost: 0.003,
  death: 0.0004,
  duplicate: 0.02,
  late: 0.02,
  ack_lost: 0.01,
  slow: 0.01,
};

/** Decides what goes wrong next. */
export interface Trouble {
  readonly counts: Troubles;
  /** Lets a call of a store or broker pass with its latency, or refuses it, or does it and loses the answer. */
  pass<Result>(service: 'store' | 'broker', what: string, act: () => Promise<Result>): Promise<Result>;
  /** Whether an instance dies before its next call. */
  dies(): boolean;
  isAckLost(): boolean;
  /** How long the copies of a message take to be delivered: one, seldom two, seldom late. */
  copies(): readonly number[];
  /** For so long nothing is answered by a service. */
  begin(service: 'store' | 'broker', duration_ms: number): void;
}

/** Creates the troubles of one season; they follow from the seed alone. */
export function createTrouble(random: Random, timeline: Timeline): Trouble {
  const counts: Troubles = {
    deliveries: 0,
    duplicates: 0,
    late: 0,
    refused: 0,
    answers_lost: 0,
    acks_lost: 0,
    deaths: 0,
    outages: 0,
    dead_letters: 0,
    retries_by_hand: 0,
  };
  const down_until_ms = { store: 0, broker: 0 };
  const isStruck = (share: number): boolean => random.next() < share;
  const refuse = (service: 'store' | 'broker', what: string): never => {
    throw new PipelineError(
      service === 'store' ? 'STORE_UNAVAILABLE' : 'BROKER_UNAVAILABLE',
      `expected an answer to ${what}, got none`,
    );
  };
  const delay = (): number => {
    if (!isStruck(SHARES.late)) return 20 + random.below(2_000);
    counts.late += 1;
    return random.below(20 * 60_000);
  };
  return {
    counts,
    async pass(service, what, act) {
      await timeline.wait(1 + random.below(isStruck(SHARES.slow) ? 3_000 : 30));
      if (timeline.nowMs() < down_until_ms[service] || isStruck(SHARES.refused)) {
        counts.refused += 1;
        return refuse(service, what);
      }
      const result = await act();
      if (isStruck(SHARES.answer_lost)) {
        counts.answers_lost += 1;
        return refuse(service, what);
      }
      return result;
    },
    dies: () => isStruck(SHARES.death),
    isAckLost() {
      if (!isStruck(SHARES.ack_lost)) return false;
      counts.acks_lost += 1;
      return true;
    },
    copies() {
      if (!isStruck(SHARES.duplicate)) return [delay()];
      counts.duplicates += 1;
      return [delay(), random.below(90 * 60_000)];
    },
    begin(service, duration_ms) {
      counts.outages += 1;
      down_until_ms[service] = timeline.nowMs() + duration_ms;
    },
  };
}
