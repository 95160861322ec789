import { FEATURE_STORE, PROCESSORS } from '../../../generated/registry.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { ComponentName } from '../../contract/names.ts';
import { buildMessage, type Overrides } from '../../harness/messages/build.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { Payload } from '../../history/events.ts';
import { levelOf } from '../owed/orchestrators.ts';
import type { Recipe } from './recipe.ts';

/** How a run ends that counts for nothing, because it failed. */
export const FAILED = {
  status: 'failed',
  record_count: 0,
  error_message: 'expected rows, got none',
  error_type: 'EMPTY',
} as const;

/** How a run ends that counts for nothing, because there was nothing to do. */
export const NO_DATA = { status: 'no_data', record_count: 0 } as const;

/** Build the completion of one analytics processor, with ids of its own. */
export function analyticsCompletion(
  scene: Pick<Scene, 'id'>,
  processor: string,
  game_date: string,
  run = 1,
  overrides: Overrides = {},
): Payload {
  return buildMessage('AnalyticsCompletion', {
    processor_name: processor,
    game_date,
    output_table: processor,
    execution_id: scene.id(),
    correlation_id: scene.id(),
    ...overrides,
    metadata: { run, upstream: [] },
  });
}

/** Build the completion of one precompute processor, with ids of its own. */
export function precomputeCompletion(
  scene: Pick<Scene, 'id'>,
  processor: string,
  game_date: string,
  run = 1,
  overrides: Overrides = {},
): Payload {
  const known = Object.entries<{ dataset: string; level: number | null }>(PROCESSORS.phase_4_precompute).find(
    ([name]) => name === processor,
  )?.[1];
  return buildMessage('PrecomputeCompletion', {
    processor_name: processor,
    game_date,
    output_table: processor,
    output_dataset: (known ?? PROCESSORS.phase_4_precompute[FEATURE_STORE]).dataset,
    execution_id: scene.id(),
    correlation_id: scene.id(),
    ...overrides,
    metadata: { run, level: known?.level ?? 1 },
  });
}

/** The five analytics completions oblige the fan-in to trigger level 1. */
export const FAN_IN: Recipe = orchestrator(
  'phase3-to-phase4-orchestrator',
  TOPIC.phase3AnalyticsComplete,
  1,
  analyticsCompletion,
);

/** The three level 1 completions oblige the cascade to trigger level 2. */
export const CASCADE: Recipe = orchestrator(
  'phase4-orchestrator',
  TOPIC.phase4ProcessorComplete,
  2,
  precomputeCompletion,
);

/** All that a level waits for, in any order. */
function orchestrator(
  component: ComponentName,
  topic: string,
  level: number,
  completionOf: typeof analyticsCompletion,
): Recipe {
  return {
    receiver: component,
    component,
    topic,
    outputs: [TOPIC.phase4Trigger],
    components: [component],
    needs: [],
    unified: true,
    inputs: (scene, game_date, run) =>
      Promise.resolve(
        scene.random
          .shuffle(levelOf(level).waits_for)
          .map((processor) => completionOf(scene, processor, game_date, run)),
      ),
  };
}
