import type { History } from '../../history/events.ts';
import type { ExploringLimits } from '../exploring/runs.ts';

/** Which case a scene belongs to. */
export interface SceneIdentity {
  readonly name: string;
  readonly seed: number;
  /** The case's place in the plan; days and message ids of its own follow from it. */
  readonly place: number;
  /** The components that the case has to do with. */
  readonly components?: readonly string[];
  readonly exploring?: ExploringLimits;
  /** In a project: how the case's messages reach components. */
  readonly road?: 'topics' | 'direct';
  /** In a project: whether something that is owed is still missing from a history. */
  readonly lacks?: (history: History) => boolean;
}
