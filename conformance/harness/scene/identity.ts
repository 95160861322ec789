import type { History } from '../../history/events.ts';
import type { ExploringLimits } from '../exploring/runs.ts';
import type { DayWindow } from '../messages/windows.ts';

/** How many histories a case draws. */
export interface DrawingLimits {
  /** Run only this one, as a failure prints it. */
  readonly history?: string;
  /** Draw so long instead of a fixed number. */
  readonly draw_ms?: number;
  /** With draw_ms: a few small histories, and those that have not ended by then are left. */
  readonly is_look?: boolean;
}

/** How a branch hangs on its case. */
export interface BranchOf {
  readonly case_name: string;
  readonly window: DayWindow;
  /** Tells the case of a mark. */
  readonly remember: (mark: string) => void;
  readonly nextMessageId: () => string;
}

/** Which case a scene belongs to. */
export interface SceneIdentity {
  readonly name: string;
  readonly seed: number;
  /** The case's place in the plan; days and message ids of its own follow from it. */
  readonly place: number;
  /** The components that the case has to do with. */
  readonly components?: readonly string[];
  /** Aborts with a sentence when the case has taken too long; no step begins after it. */
  readonly ended?: AbortSignal;
  readonly exploring?: ExploringLimits;
  readonly drawing?: DrawingLimits;
  /** Only of a branch: the case that it belongs to. */
  readonly branch?: BranchOf;
  /** In a project: how the case's messages reach components. */
  readonly road?: 'topics' | 'direct';
  /** In a project: whether something that is owed is still missing from a history. */
  readonly lacks?: (history: History) => boolean;
}
