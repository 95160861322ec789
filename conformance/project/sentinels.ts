import { randomUUID } from 'node:crypto';
import { levelOf } from '../checks/owed/orchestrators.ts';
import {
  analyticsCompletion,
  CASCADE,
  FAN_IN,
  precomputeCompletion,
} from '../checks/recipes/orchestrators.ts';
import type { Recipe } from '../checks/recipes/recipe.ts';
import type { Payload } from '../history/events.ts';

/** Sends a complete set for a date of its own through an orchestrator: what went before it has had its effect. */
export interface Sentinels {
  /** Resolves when the sentinel's trigger is on record; soon for a component that has no sentinel, or let one down before. */
  pass(component: string): Promise<void>;
}

/** What a sentinel needs of the world. */
export interface SentinelPorts {
  nextDate(): string;
  publish(recipe: Recipe, message: Payload): Promise<unknown>;
  /** Resolves false when the trigger does not come in time. */
  triggered(game_date: string, level: number): Promise<boolean>;
  /** Told in a sentence. */
  tell(sentence: string): void;
}

interface Kind {
  readonly recipe: Recipe;
  readonly level: number;
  readonly completion: typeof analyticsCompletion;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'phase3-to-phase4-orchestrator': { recipe: FAN_IN, level: 1, completion: analyticsCompletion },
  'phase4-orchestrator': { recipe: CASCADE, level: 2, completion: precomputeCompletion },
};

/** Creates the sentinels of a run. Who asks while one is under way shares the next one. */
export function createSentinels(ports: SentinelPorts): Sentinels {
  const lanes = new Map<string, Lane>();
  return {
    pass(component) {
      const kind = KINDS[component];
      if (kind === undefined) return Promise.resolve();
      const lane = lanes.get(component) ?? createLane(() => send(ports, component, kind));
      lanes.set(component, lane);
      return lane();
    },
  };
}

type Lane = () => Promise<void>;

/** One at a time; a request that comes meanwhile needs one that begins after it. */
function createLane(once: () => Promise<boolean>): Lane {
  let running: Promise<boolean> | undefined;
  let next: Promise<boolean> | undefined;
  let is_mute = false;
  const begin = async (): Promise<boolean> => {
    if (is_mute) return false;
    const arrived = await once();
    if (!arrived) is_mute = true;
    return arrived;
  };
  return async () => {
    if (is_mute) return;
    if (running === undefined) {
      running = begin().finally(() => {
        running = undefined;
      });
      await running;
      return;
    }
    next ??= running
      .catch(() => false)
      .then(() => {
        next = undefined;
        running = begin().finally(() => {
          running = undefined;
        });
        return running;
      });
    await next;
  };
}

async function send(ports: SentinelPorts, component: string, kind: Kind): Promise<boolean> {
  const { recipe, level, completion } = kind;
  const game_date = ports.nextDate();
  const own = { id: () => randomUUID() };
  await Promise.all(
    levelOf(level).waits_for.map((processor) => ports.publish(recipe, completion(own, processor, game_date))),
  );
  const arrived = await ports.triggered(game_date, level);
  if (!arrived) {
    ports.tell(
      `${component} sent no trigger for the complete set of ${game_date}; from now on absence is judged without such a sentinel`,
    );
  }
  return arrived;
}
