import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';
import { preferLive } from '../../runs/inputs.ts';
import type { ComponentCall } from '../calls/component-calls.ts';
import { type Announcement, announceAgain } from './announce.ts';

/** What an operator may trigger. */
export const TRIGGER_TARGETS = ['1', '2', '3', 'fan-in', '4', 'cascade', '5', 'retry', 'sweep'] as const;

/** One of them. */
export type TriggerTarget = (typeof TRIGGER_TARGETS)[number];

/** What an operator asks for. */
export interface TriggerWish {
  readonly target: TriggerTarget;
  readonly game_date: string;
  readonly run: number;
  /** Only this processor or scraper; null for all. */
  readonly processor: string | null;
  /** Start a batch although one is complete. */
  readonly force: boolean;
}

/** What is to be done: calls, messages, or the trigger of a level, which is decided on the orchestrator's own document. */
export type TriggerPlan =
  | { readonly kind: 'calls'; readonly calls: readonly ComponentCall[] }
  | { readonly kind: 'messages'; readonly announcements: readonly Announcement[] }
  | { readonly kind: 'level' };

/**
 * Decide what a trigger by hand sends.
 *
 * @param history  finished runs of the date and run, oldest first.
 * @throws {PipelineError} INVALID_REQUEST when there is nothing to send, with what would have to run first.
 */
export function planTrigger(wish: TriggerWish, history: readonly ProcessorRunHistory[]): TriggerPlan {
  const { target, game_date, run, processor, force } = wish;
  const address = { game_date, run };
  switch (target) {
    case '1': {
      const body = {
        ...address,
        trigger_source: 'manual',
        ...(processor === null ? {} : { scraper: processor }),
      };
      return { kind: 'calls', calls: [post('phase1-scrapers', '/scrape', body)] };
    }
    case '2':
      return messages(wish, history, 'phase_1_scrapers');
    case '3':
      return messages(wish, history, 'phase_2_raw');
    case 'fan-in':
      return messages(wish, history, 'phase_3_analytics');
    case '4':
      return { kind: 'level' };
    case 'cascade':
      return messages(wish, history, 'phase_4_precompute');
    case '5': {
      const body = { ...address, trigger_source: 'manual', ...(force ? { force } : {}) };
      return { kind: 'calls', calls: [post('phase5-coordinator', '/start', body)] };
    }
    case 'retry':
      return { kind: 'calls', calls: [post('phase5-coordinator', '/retry', address)] };
    case 'sweep': {
      const orchestrators = ['phase3-to-phase4-orchestrator', 'phase4-orchestrator'];
      return { kind: 'calls', calls: orchestrators.map((component) => post(component, '/sweep', null)) };
    }
  }
}

function post(component: string, path: string, body: object | null): ComponentCall {
  return { component, method: 'POST', path, body };
}

/**
 * The last run of each processor that counts, else its last: what the step behind would have heard last. A backfill is
 * announced only for who has no other run, and held back as it was.
 */
function messages(wish: TriggerWish, history: readonly ProcessorRunHistory[], phase: string): TriggerPlan {
  const ofPhase = history.filter((run) => run.phase === phase);
  const names = [...new Set(ofPhase.map(({ processor_name }) => processor_name))];
  const wanted = names.filter((name) => wish.processor === null || name === wish.processor);
  const announcements = wanted.flatMap((name) => {
    const own = preferLive(ofPhase.filter(({ processor_name }) => processor_name === name));
    const last = own.findLast(({ status }) => status === 'success' || status === 'partial') ?? own.at(-1);
    return last === undefined ? [] : (announceAgain(last) ?? []);
  });
  if (announcements.length > 0) return { kind: 'messages', announcements };
  const which = wish.processor === null ? `a run of ${phase}` : `a run of ${wish.processor} in ${phase}`;
  throw new PipelineError(
    'INVALID_REQUEST',
    `trigger ${wish.target} announces ${which} again, and run ${wish.run} of ${wish.game_date} has none; trigger the phase before it`,
    { ...wish },
  );
}
