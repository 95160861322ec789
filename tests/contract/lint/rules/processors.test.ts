import { processorProblems } from '../../../../scripts/contract/rules/processors.ts';
import { type Breakage, expectFound } from '../../breakage.ts';

const PROCESSORS: readonly Breakage[] = [
  {
    name: 'a processor that requires an unknown one',
    edit: (document) =>
      document.addIn(['x-processors', 'phase_3_analytics', 'player_game_summary', 'requires'], 'bdl_boxes'),
    says: 'to require registered processors, got bdl_boxes',
    at: 'player_game_summary:',
  },
  {
    name: 'processors that require each other',
    edit: (document) =>
      document.addIn(
        ['x-processors', 'phase_2_raw', 'bdl_player_boxscores', 'requires'],
        'player_game_summary',
      ),
    says: 'which leads back to bdl_player_boxscores',
    at: 'bdl_player_boxscores:',
  },
  {
    name: 'an alias of two processors of a phase',
    edit: (document) =>
      document.addIn(
        ['x-processors', 'phase_3_analytics', 'team_defense_game_summary', 'aliases'],
        'PlayerGameSummaryProcessor',
      ),
    says: 'expected PlayerGameSummaryProcessor to mean one processor of phase_3_analytics',
    at: 'team_defense_game_summary:',
  },
  {
    name: 'an alias that is the canonical name of another processor',
    edit: (document) =>
      document.addIn(
        ['x-processors', 'phase_3_analytics', 'team_defense_game_summary', 'aliases'],
        'player_game_summary',
      ),
    says: 'expected player_game_summary to mean one processor',
    at: 'team_defense_game_summary:',
  },
  {
    name: 'a level that waits for an unknown processor',
    edit: (document) =>
      document.addIn(
        ['x-orchestrators', 'phase3-to-phase4-orchestrator', 'levels', 0, 'waits_for'],
        'team_summary',
      ),
    says: 'to name registered processors, got team_summary',
    at: 'waits_for:',
  },
  {
    name: 'a level that runs an unknown processor',
    edit: (document) =>
      document.setIn(['x-orchestrators', 'phase4-orchestrator', 'levels', 0, 'runs', 0], 'composite'),
    says: 'to name registered processors, got composite',
    at: 'runs:',
  },
  {
    name: 'a level that differs from the registry',
    edit: (document) =>
      document.setIn(['x-processors', 'phase_4_precompute', 'player_composite_factors', 'level'], 3),
    says: 'expected level 2 of phase4-orchestrator to run nothing, as x-processors says',
    at: 'runs:',
  },
  {
    name: 'an orchestrator that is no component',
    edit: (document) => document.deleteIn(['x-components', 'phase4-orchestrator']),
    says: 'expected phase4-orchestrator under x-components',
    at: 'phase4-orchestrator:',
  },
  {
    name: 'an orchestrator that listens to a topic that it does not receive',
    edit: (document) =>
      document.setIn(['x-orchestrators', 'phase4-orchestrator', 'listens_to'], 'nba-phase2-raw-complete'),
    says: 'expected phase4-orchestrator to receive nba-phase2-raw-complete',
    at: 'listens_to: nba-phase2-raw-complete',
  },
  {
    name: 'an orchestrator that triggers a topic that it does not send to',
    edit: (document) =>
      document.setIn(['x-orchestrators', 'phase4-orchestrator', 'triggers'], 'nba-phase2-raw-complete'),
    says: 'expected phase4-orchestrator to send nba-phase2-raw-complete',
    at: 'triggers: nba-phase2-raw-complete',
  },
  {
    name: 'an orchestrator without its state',
    edit: (document) => document.deleteIn(['x-state', 'phase4_completion']),
    says: 'expected state phase4_completion under x-state',
    at: 'state: phase4_completion',
  },
  {
    name: 'an orchestrator that counts an unknown status',
    edit: (document) => document.addIn(['x-orchestrators', 'phase4-orchestrator', 'counts'], 'done'),
    says: 'to be a run status, got done',
    at: 'done',
  },
  {
    name: 'a phase that the messages do not know',
    edit: (document) => document.setIn(['x-components', 'phase2-raw', 'phase'], 'phase_2'),
    says: 'to be a phase, got phase_2',
    at: 'phase: phase_2',
  },
  {
    name: 'a state document of an unknown owner',
    edit: (document) => document.setIn(['x-state', 'phase4_completion', 'owner'], 'phase4'),
    says: 'to be a component, got phase4',
    at: 'owner: phase4',
  },
  {
    name: 'an idempotency key of an unknown component',
    edit: (document) => document.setIn(['x-idempotency', 0, 'component'], 'phase2'),
    says: 'to be a component, got phase2',
    at: 'component: phase2',
  },
  {
    name: 'a table that may be empty and does not exist',
    edit: (document) => document.setIn(['x-table-readiness', 'may_be_empty', 0], 'injuries'),
    says: 'to be a processor, got injuries',
    at: 'injuries',
  },
];

expectFound('processors and what names them', processorProblems, PROCESSORS);
