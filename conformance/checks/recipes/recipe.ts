import type { ComponentName } from '../../contract/names.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { Payload } from '../../history/events.ts';
import type { Control } from '../check.ts';

/** How to make one receiver work: the messages that together oblige it to publish. */
export interface Recipe {
  /** The receiver's name in check names; a component, or a part of one. */
  readonly receiver: string;
  readonly component: ComponentName;
  /** The topic that its inputs come from. */
  readonly topic: string;
  /** The topics that it then publishes to. */
  readonly outputs: readonly string[];
  /** The receiver itself and whatever must work before it. */
  readonly components: readonly ComponentName[];
  readonly needs: readonly Control[];
  /** Whether its inputs carry the unified fields; requests and results of Phase 5 do not. */
  readonly unified: boolean;
  /** Makes the inputs for a date and run, in an order in which the last one completes the set. */
  inputs(scene: Scene, game_date: string, run: number): Promise<readonly Payload[]>;
}

/** What a check of one receiver says of its subject. */
export function subjectOf({
  components,
  outputs,
  needs,
}: Recipe): Pick<Recipe, 'components' | 'outputs' | 'needs'> {
  return { components, outputs, needs };
}
