import type { Asker } from '../../orchestration/decide.ts';
import { claimTriggers, createAsker, type Publishing, publishTriggers } from '../../orchestration/publish.ts';
import { type CompletionState, type Level, readOrchestrator, statePath } from '../../orchestration/state.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Settings } from '../../ports/settings.ts';
import { decideOverride, type OverrideEffect, type OverrideWish } from './decide-override.ts';

/** What an operator says of a level's trigger. */
export type LevelWish = Omit<OverrideWish, keyof Asker | 'level'> & {
  /** Null for the first level whose trigger is not out. */
  readonly level: number | null;
  readonly dry_run: boolean;
};

/** The level that was meant, and what came of it. */
export interface LevelOutcome {
  readonly level: number;
  readonly document: string;
  readonly effect: OverrideEffect;
}

/**
 * Send the trigger of a level past its orchestrator: claim in its document, publish, record.
 *
 * @throws {PipelineError} BROKER_UNAVAILABLE, STORE_UNAVAILABLE, STORE_CONFLICT; the trigger then is pending and the
 *         next sweep, or this command again, sends it.
 */
export async function sendLevel(ports: Ports, settings: Settings, wish: LevelWish): Promise<LevelOutcome> {
  const { orchestrator, level } = await findLevel(ports, wish);
  const publishing: Publishing = { ports, settings, orchestrator, abandoned: new Set() };
  const ask = createAsker(publishing);
  const path = statePath(orchestrator, wish.game_date, wish.run);
  const about = { level: level.level, document: path };
  const decide = (state: CompletionState | undefined) =>
    decideOverride(state, { ...wish, ...ask(), level }, orchestrator);
  if (wish.dry_run) {
    const [, effect] = decide(await ports.documents.get<CompletionState>(path));
    return { ...about, effect };
  }
  const { claimant } = ask();
  const effect = await claimTriggers(publishing, path, claimant, decide, (claimed) =>
    claimed.kind === 'send' ? [claimed.message] : [],
  );
  if (effect.kind === 'send') {
    await publishTriggers(publishing, path, claimant, [{ entry: level.entry, message: effect.message }]);
  }
  return { ...about, effect };
}

async function findLevel(ports: Ports, { game_date, run, level: asked }: LevelWish) {
  const seats = (['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const).map(readOrchestrator);
  const levels = seats.flatMap((orchestrator) =>
    orchestrator.levels.map((level): Seat => ({ orchestrator, level })),
  );
  if (asked !== null) return levels.find(({ level }) => level.level === asked) ?? firstOf(levels);
  for (const seat of levels) {
    const state = await ports.documents.get<CompletionState>(statePath(seat.orchestrator, game_date, run));
    const trigger = state?.[seat.level.entry];
    if (trigger === undefined || !('published_at' in trigger) || trigger.published_at === null) return seat;
  }
  return firstOf(levels);
}

interface Seat {
  readonly orchestrator: Publishing['orchestrator'];
  readonly level: Level;
}

function firstOf(seats: readonly Seat[]): Seat {
  const [first] = seats;
  if (first === undefined) throw new Error('the contract lists no cascade level');
  return first;
}
