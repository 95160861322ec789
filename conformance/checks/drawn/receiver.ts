import type { RequirementId } from '../../../generated/requirements.ts';
import type { ComponentName, FeatureName, Profile } from '../../contract/names.ts';
import type { Branch } from '../../harness/scene/scene.ts';
import type { History } from '../../history/events.ts';
import type { Anomaly, Control } from '../check.ts';
import type { Draw } from './grammar/draw.ts';
import type { DrawnHistory } from './value/history.ts';

/** Who gets drawn histories: how they are drawn, played and judged. */
export interface DrawnReceiver {
  readonly receiver: string;
  readonly profile: Profile;
  /** The receiver is the last; those before it fill what it reads. */
  readonly components: readonly ComponentName[];
  readonly needs: readonly Control[];
  /** What its histories cannot do without. Default none. */
  readonly uses?: readonly FeatureName[];
  /** Every requirement that its judge may call broken. */
  readonly requirements: readonly RequirementId[];
  /** True when steps say which of two instances gets them. */
  readonly has_two_instances?: true;
  /** How many histories a run draws unless it is told how long. */
  readonly histories: number;
  /** @param nth which of the histories of its run; the first may be a large one */
  draw(draw: Draw, nth?: number): DrawnHistory;
  play(branch: Branch, history: DrawnHistory): Promise<void>;
  /** The model: same events of one history, same anomalies. */
  judge(events: History): readonly Anomaly[];
}
