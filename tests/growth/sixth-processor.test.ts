import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../../scripts/generate/command.ts';
import { copyProducts } from './copy.ts';

const SIXTH = 'team_pace_summary';
const COMPUTATIONS = 'reference/basketball/analytics/computations.ts';
const TSC = ['node_modules/typescript/bin/tsc', '-p', '.'];
const CHECKS = ['fan-in-in-any-order', 'fan-in-with-one-missing', 'one-date-through-all-phases'];

interface Published {
  readonly kind: string;
  readonly topic?: string;
  readonly message?: {
    readonly metadata?: { readonly upstream?: readonly { readonly processor: string }[] };
  };
}

describe('a sixth analytics processor takes two lines of the contract and one of code', () => {
  const copy = copyProducts();
  afterAll(() => copy.remove());

  beforeAll(async () => {
    copy.edit('asyncapi.yaml', '    upcoming_team_game_context: { aliases:', (line) =>
      [
        line,
        `    ${SIXTH}: { aliases: [TeamPaceSummaryProcessor], dataset: nba_analytics, table: ${SIXTH}, requires: [nbac_team_boxscores], level: null }`,
      ].join('\n'),
    );
    copy.edit(
      'asyncapi.yaml',
      '        waits_for: [player_game_summary, team_defense_game_summary,',
      (line) => line.replace(']', `, ${SIXTH}]`),
    );
    expect((await generate(copy.folder)).lines.join('\n')).toMatch(/generated\/ holds/);
  }, 120_000);

  test('without its computation tsc names what is missing, and where', () => {
    const { code, output } = copy.run(...TSC);
    expect(code).not.toBe(0);
    expect(output).toContain(COMPUTATIONS);
    expect(output).toContain(`Property '${SIXTH}' is missing`);
  }, 120_000);

  test('with it tsc is content, the date goes through, and level 1 waits for all six', () => {
    copy.edit(COMPUTATIONS, '  upcoming_team_game_context: UPCOMING_TEAM_GAME_CONTEXT,', (line) =>
      [line, `  ${SIXTH}: TEAM_OFFENSE_GAME_SUMMARY,`].join('\n'),
    );
    expect(copy.run(...TSC)).toEqual({ code: 0, output: '' });
    expect(copy.run('reference/services/start.mjs', '--only-build').code).toBe(0);

    const judged = copy.run(
      ...['conformance/cli/bin.mjs', 'run', '--no-failures', '--keep-output', 'kept', '--only', ...CHECKS],
    );
    expect(judged.output).toMatch(/(\d+) of \1 requirements passed, 0 failed/);
    expect(judged.code).toBe(0);

    const trigger = readFileSync(
      join(copy.folder, 'kept/histories/one-date-through-all-phases.jsonl'),
      'utf8',
    )
      .trim()
      .split('\n')
      .map((line): Published => JSON.parse(line))
      .find(({ kind, topic }) => kind === 'publish' && topic === 'nba-phase4-trigger');
    const upstream = trigger?.message?.metadata?.upstream?.map(({ processor }) => processor);
    expect(upstream).toHaveLength(6);
    expect(upstream).toContain(SIXTH);
  }, 240_000);
});
