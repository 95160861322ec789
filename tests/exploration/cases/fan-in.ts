import type { Finding } from '../../../conformance/exploration/engine/explore.ts';
import type { Component } from '../models/cloud/calls.ts';
import { simulateCloud } from '../models/cloud/simulate.ts';
import { judgeFanIn } from '../models/fan-in/judge.ts';
import {
  type Completion,
  completionsOf,
  type FanInHistory,
  type Level,
  type Scenario,
} from '../models/fan-in/scenario.ts';

/** The date of every case. */
export const DATE = '2024-01-15';
/** The date before it. */
export const DAY_BEFORE = '2024-01-14';

/** Phase 3: five processors, one level. */
export const PHASE_3 = ['player', 'defense', 'offense', 'upcoming_player', 'upcoming_team'] as const;
/** Phase 3 as a fan-in. */
export const FAN_IN: readonly Level[] = [{ level: 1, waits_for: PHASE_3 }];

/** Phase 4 as a cascade: level 2 after three, level 3 after all four. */
const CASCADE: readonly Level[] = [
  { level: 2, waits_for: ['team_zone', 'shot_zone', 'cache'] },
  { level: 3, waits_for: ['team_zone', 'shot_zone', 'cache', 'composite'] },
];

/** The five, each successful, once. */
export const HAPPY: Scenario = { levels: FAN_IN, completions: completionsOf(PHASE_3) };

/** What really arrives: a stranger, a failure before its success, a failure after a success, a backfill, yesterday. */
export const ODD: Scenario = {
  levels: FAN_IN,
  completions: [
    ...completionsOf(['stranger']),
    ...completionsOf(['defense'], DATE, { status: 'failed', execution_id: 'failed-run' }),
    ...completionsOf(['player'], DATE, { skip_downstream_trigger: true, execution_id: 'backfill-run' }),
    ...completionsOf(PHASE_3),
    ...completionsOf(['offense'], DATE, { status: 'no_data', execution_id: 'empty-run' }),
    ...completionsOf(['player', 'defense'], DAY_BEFORE),
  ],
};

/** The four processors that a cascade waits for. */
export const LEVELS: Scenario = {
  levels: CASCADE,
  completions: completionsOf(['composite', 'team_zone', 'shot_zone', 'cache']),
};

/** Put a component into the model with a scenario's messages; what `explore` and `findSmallest` ask for. */
export function putInto(scenario: Scenario, component: Component<Completion>) {
  return {
    simulate: () =>
      simulateCloud({
        component,
        messages: scenario.completions,
        sweeps: component.sweep === undefined ? 0 : 1,
      }),
    judge: (history: FanInHistory): readonly Finding[] => judgeFanIn(scenario, history),
  };
}
