import type { Phase4Processor } from '../../../generated/registry.ts';
import type { Computation } from '../row.ts';
import { ML_FEATURE_STORE_V2 } from './ml-feature-store-v2.ts';
import { PLAYER_COMPOSITE_FACTORS } from './player-composite-factors.ts';
import { PLAYER_DAILY_CACHE } from './player-daily-cache.ts';
import { PLAYER_SHOT_ZONE_ANALYSIS } from './player-shot-zone-analysis.ts';
import { TEAM_DEFENSE_ZONE_ANALYSIS } from './team-defense-zone-analysis.ts';

/** List the Phase 4 processors by canonical name, which is also the name of their table, in order of level. */
export const PRECOMPUTE_COMPUTATIONS: Readonly<Record<string, Computation>> = {
  team_defense_zone_analysis: TEAM_DEFENSE_ZONE_ANALYSIS,
  player_shot_zone_analysis: PLAYER_SHOT_ZONE_ANALYSIS,
  player_daily_cache: PLAYER_DAILY_CACHE,
  player_composite_factors: PLAYER_COMPOSITE_FACTORS,
  ml_feature_store_v2: ML_FEATURE_STORE_V2,
} satisfies Readonly<Record<Phase4Processor, Computation>>;
