import type { EventDraft, Json, Payload } from '../../history/events.ts';
import type { HookName, Target } from '../../targets/description.ts';
import {
  fillPlaceholders,
  type PLAYER_PLACEHOLDERS,
  type PlaceholderValues,
  type SEED_PLACEHOLDERS,
} from '../../targets/placeholders.ts';
import type { Random } from '../messages/random.ts';
import type { World } from '../world/world.ts';
import { SceneStuckError, type SeedValues } from './scene.ts';

/** What a hook or every document of a seed is told. */
interface SeededPlayer extends Readonly<Record<(typeof PLAYER_PLACEHOLDERS)[number], Json>> {
  readonly [key: string]: Json;
  readonly player_lookup: string;
  readonly ready: boolean;
  readonly minutes: number;
}

/** A document that is ready to be written. */
export interface FilledDocument {
  readonly path: string;
  readonly fields: Payload;
}

/** Nobody with so many is left out. */
const PLENTY_OF_MINUTES = 30;

/** Writes what the target seeds under a name, and notes it in the history. */
export async function writeSeed(
  world: World,
  name: string,
  values: SeedValues,
  random: Random,
  marks: readonly string[],
): Promise<void> {
  const ids = { execution_id: random.uuid(), correlation_id: random.uuid() };
  const hook = `seed_${name}` as HookName;
  if (world.target.hooks[hook] === undefined) {
    const documents = seedDocuments(world.target, name, { ...ids, ...values }, random);
    await (await world.store()).write(documents);
  } else {
    const placeholders = sharedValues({ ...ids, ...values }, random);
    await world.hook(hook, { placeholders, everything: { ...placeholders, players: playersOf(values) } });
  }
  world.recorder.append(seedEvent(name, values, marks));
}

/** Note a seed as the history has it: only what was given is told. */
export function seedEvent(name: string, values: SeedValues, marks: readonly string[]): EventDraft {
  const { game_date, run = 1, players_ready, players_not_ready = [] } = values;
  const { minutes, backfill_reason, execution_id, correlation_id } = values;
  return {
    kind: 'seed',
    name,
    game_date,
    run,
    players_ready,
    players_total: players_ready.length + players_not_ready.length,
    ...(minutes === undefined ? {} : { minutes }),
    ...(backfill_reason === undefined ? {} : { backfill_reason }),
    ...(execution_id === undefined ? {} : { execution_id }),
    ...(correlation_id === undefined ? {} : { correlation_id }),
    marks,
  };
}

/**
 * Fill the documents that a target seeds under a name.
 *
 * @throws {SceneStuckError} when the target describes no such seed.
 */
function seedDocuments(
  target: Target,
  name: string,
  values: SeedValues,
  random: Random,
): readonly FilledDocument[] {
  const documents = target.seeds[name];
  if (documents === undefined) {
    throw new SceneStuckError(
      `${target.file} describes no seed "${name}"; add it under seeds, or do not claim the profile`,
    );
  }
  const shared = sharedValues(values, random);
  const players = playersOf(values);
  return documents.flatMap((document) =>
    document.for_each === 'player'
      ? players.map((player) => fill(document, { ...shared, ...player }))
      : [fill(document, shared)],
  );
}

function sharedValues(
  values: SeedValues,
  random: Random,
): Readonly<Record<(typeof SEED_PLACEHOLDERS)[number], Json>> {
  const run = values.run ?? 1;
  const not_ready = values.players_not_ready ?? [];
  return {
    game_date: values.game_date,
    run,
    run_suffix: run === 1 ? '' : `.r${run}`,
    execution_id: values.execution_id ?? random.uuid(),
    correlation_id: values.correlation_id ?? random.uuid(),
    timestamp: `${values.game_date}T12:00:00.000Z`,
    players_ready: values.players_ready.length,
    players_total: values.players_ready.length + not_ready.length,
    players_failed: not_ready.length,
    backfill_mode: values.backfill_reason !== undefined,
    backfill_reason: values.backfill_reason ?? null,
  };
}

function playersOf({
  players_ready,
  players_not_ready = [],
  minutes = [],
}: SeedValues): readonly SeededPlayer[] {
  return [...players_ready, ...players_not_ready].map((player_lookup, index) => ({
    player_lookup,
    ready: index < players_ready.length,
    minutes: minutes[index] ?? PLENTY_OF_MINUTES,
  }));
}

/** Tell whether a target's seed writes what a placeholder stands for, so that the judge knows what is there. */
export function seedTells({ seeds }: Pick<Target, 'seeds'>, name: string, placeholder: string): boolean {
  return JSON.stringify(seeds[name] ?? []).includes(`{${placeholder}}`);
}

function fill(document: { path: string; fields: unknown }, values: PlaceholderValues): FilledDocument {
  return {
    path: String(fillPlaceholders(document.path, values)),
    fields: fillPlaceholders(document.fields, values) as Payload,
  };
}
