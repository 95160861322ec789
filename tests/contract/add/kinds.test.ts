import { describe, expect, test } from 'vitest';
import { placeBlocks } from '../../../scripts/contract/blocks/block.ts';
import { KINDS } from '../../../scripts/contract/command/add.ts';
import type { Values } from '../../../scripts/contract/command/addition.ts';
import { readContract } from '../../../scripts/contract/contract.ts';
import { at } from '../../../scripts/contract/json.ts';
import { topicsOf } from '../../../scripts/contract/topics.ts';
import { realContract } from '../edited-contract.ts';
import { add, compileGenerated, newLines } from './added.ts';

const LONG = 120_000;

const TOPIC: Values = {
  topic: 'nba-corrections',
  message: 'CorrectionAnnounced',
  sender: ['phase5-coordinator'],
  receiver: ['prediction-consumers', 'phase5-worker:/correct'],
  summary: 'A box score was corrected: look again.',
};

const PROCESSOR: Values = {
  phase: 'phase_3_analytics',
  processor: 'team_pace_summary',
  requires: ['nbac_team_boxscores'],
};

const REQUIREMENT: Values = {
  area: 'TOPO',
  profile: 'message',
  sentence: 'A topic: never carries a message of another kind.',
  source: 'docs/promises.md#topics',
};

const ALERT: Values = {
  alert: 'runs_empty',
  severity: 'warning',
  title: 'A run was empty',
  meaning: 'A run read nothing.',
  event: 'run_ended',
  where: ['status=no_data', 'duration_seconds>=5'],
  label: ['phase'],
};

describe('contract add topic', () => {
  test(
    'writes channel, dead letters, parties, subscriptions, message and schema; the lint passes',
    async () => {
      const { exit_code, text, lines } = await add('topic', TOPIC);
      expect(exit_code, lines.join('\n')).toBe(0);
      expect(newLines(text).length).toBeGreaterThan(40);
      const { document } = readContract(text ?? '', 'asyncapi.yaml');
      expect(topicsOf(document)['nba-corrections']).toEqual({
        channel: 'corrections',
        dead_letter_topic: 'nba-corrections-dlq',
        messages: ['CorrectionAnnounced'],
        senders: ['phase5-coordinator'],
        receivers: ['prediction-consumers', 'phase5-worker'],
      });
      expect(at(document, 'x-subscriptions', 'nba-corrections-sub', 'push_path')).toBe(null);
      expect(at(document, 'x-subscriptions', 'nba-corrections-phase5-worker-sub', 'push_path')).toBe(
        '/correct',
      );
      expect(at(document, 'x-subscriptions', 'nba-corrections-dlq-sub', 'component')).toBe('operators');
      expect(lines.join('\n')).toContain('let phase5-worker serve POST /correct');
    },
    LONG,
  );

  test(
    'makes no second message when the message is there',
    async () => {
      const { exit_code, text } = await add('topic', {
        topic: 'nba-phase5-prediction-again',
        message: 'PredictionRequest',
        sender: ['phase5-coordinator'],
        receiver: ['phase5-worker:/again'],
        summary: 'One player is to be predicted again.',
      });
      expect(exit_code).toBe(0);
      expect(newLines(text).join('\n')).not.toContain('PredictionRequest:');
    },
    LONG,
  );
});

describe('contract add processor', () => {
  test(
    'makes the fan-in wait for a sixth analytics processor, in two edits',
    async () => {
      const { exit_code, text, lines } = await add('processor', PROCESSOR);
      expect(exit_code, lines.join('\n')).toBe(0);
      expect(newLines(text, ['waits_for:'])).toEqual([
        '    team_pace_summary: { aliases: [TeamPaceSummaryProcessor], dataset: nba_analytics, table: team_pace_summary, requires: [nbac_team_boxscores], level: null }',
      ]);
      const { document } = readContract(text ?? '', 'asyncapi.yaml');
      const waits_for = ['x-orchestrators', 'phase3-to-phase4-orchestrator', 'levels', 0, 'waits_for'];
      expect(at(document, ...waits_for)).toContain('team_pace_summary');
    },
    LONG,
  );

  test(
    'lets a level run a processor of the cascade, and every later level wait for it',
    async () => {
      const { exit_code, text } = await add('processor', {
        phase: 'phase_4_precompute',
        processor: 'team_travel_cache',
        requires: ['upcoming_team_game_context'],
        level: '1',
      });
      expect(exit_code).toBe(0);
      const { document } = readContract(text ?? '', 'asyncapi.yaml');
      const level = (orchestrator: string, index: number, list: string) =>
        at(document, 'x-orchestrators', orchestrator, 'levels', index, list);
      expect(level('phase3-to-phase4-orchestrator', 0, 'runs')).toContain('team_travel_cache');
      expect(level('phase3-to-phase4-orchestrator', 0, 'waits_for')).not.toContain('team_travel_cache');
      expect(level('phase4-orchestrator', 0, 'waits_for')).toContain('team_travel_cache');
      expect(level('phase4-orchestrator', 1, 'waits_for')).toContain('team_travel_cache');
    },
    LONG,
  );
});

describe('contract add requirement', () => {
  test(
    'takes the next number of its area, stands behind the last one, and is asked since this version',
    async () => {
      const { exit_code, text, lines } = await add('requirement', REQUIREMENT);
      expect(exit_code, lines.join('\n')).toBe(0);
      const { document, version } = readContract(text ?? '', 'asyncapi.yaml');
      const ids = Object.keys(document['x-requirements'] ?? {});
      const id = ids.filter((one) => one.startsWith('TOPO-')).at(-1) ?? '';
      expect(newLines(text)).toEqual([
        `  ${id}:`,
        '    level: MUST',
        '    profile: message',
        `    since: ${version}`,
        "    sentence: 'A topic: never carries a message of another kind.'",
        '    source: docs/promises.md#topics',
      ]);
      expect(lines.join('\n')).toContain('write a mutant that it catches');
    },
    LONG,
  );
});

describe('contract add alert', () => {
  test(
    'writes the metric that fires it, and says which rows of the docs are left',
    async () => {
      const { exit_code, text, lines } = await add('alert', ALERT);
      expect(exit_code, lines.join('\n')).toBe(0);
      expect(newLines(text)).toEqual([
        '    runs_empty: { purpose: A run read nothing., event: run_ended, where: [{ field: status, equals: no_data }, { field: duration_seconds, at_least: 5 }], labels: [phase] }',
        '    runs_empty: { severity: warning, title: A run was empty, metrics: [runs_empty], meaning: A run read nothing. }',
      ]);
      expect(lines.join('\n')).toContain('docs/monitoring.md');
    },
    LONG,
  );

  test(
    'makes a new event when its fields are given',
    async () => {
      const { exit_code, text } = await add('alert', {
        alert: 'clock_wrong',
        severity: 'critical',
        title: 'A clock is wrong',
        meaning: 'A message came from the future.',
        event: 'clock_wrong',
        field: ['seconds'],
        where: ['seconds>x-monitoring.end_to_end.target_seconds'],
      });
      expect(exit_code).toBe(0);
      expect(newLines(text)).toHaveLength(3);
    },
    LONG,
  );
});

test(
  'what is generated after one of each was added compiles as strictly as this repository',
  async () => {
    let { text } = realContract();
    for (const [name, values] of Object.entries({
      topic: TOPIC,
      processor: PROCESSOR,
      requirement: REQUIREMENT,
      alert: ALERT,
    })) {
      const kind = KINDS.find((one) => one.name === name);
      if (kind === undefined) throw new Error(`expected a kind called ${name}`);
      text = placeBlocks(text, kind.decide(readContract(text, 'asyncapi.yaml'), values).blocks);
    }
    expect(await compileGenerated(text)).toEqual([]);
  },
  LONG,
);
