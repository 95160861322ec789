import { describe, expect, test } from 'vitest';
import { TOPOLOGY } from '../../../../scripts/deploy/topology/contract.ts';
import type { Kind, LiveResource } from '../../../../scripts/deploy/topology/resource.ts';
import { decideDrift } from '../../../../scripts/drift/decide.ts';
import { KEPT, LIVE, project } from './kept.ts';

const drift = (resources: readonly LiveResource[]) =>
  decideDrift(KEPT, project(resources), TOPOLOGY).map((one) => `${one.drift}: ${one.kind} ${one.name}`);

describe('drift', () => {
  const without = (...names: readonly string[]) => LIVE.filter(({ name }) => !names.includes(name));

  test('there is none in a project that keeps messages as the contract says', () => {
    expect(drift(LIVE)).toEqual([]);
  });

  test('a table and a view that are missing, a statement that somebody has changed', () => {
    const changed = without('raw_nba_phase4_trigger', 'messages').map((one) =>
      one.name === 'hop_latency' ? { ...one, settings: { ...one.settings, statement: 'SELECT 1' } } : one,
    );
    expect(drift(changed)).toEqual([
      'missing: table raw_nba_phase4_trigger',
      'missing: view messages',
      'different: view hop_latency',
    ]);
  });

  test('what the contract has made and no longer wants; what an analyst has made beside it is nobody’s business', () => {
    const there = (kind: Kind, name: string, managed_by: string | null): LiveResource => ({
      kind,
      name,
      settings: { managed_by },
    });
    expect(
      drift([
        ...LIVE,
        there('table', 'raw_nba_old', 'nba-pipeline-contract'),
        there('view', 'my_view', null),
        there('table', 'my_table', null),
      ]),
    ).toEqual(['unknown: table raw_nba_old']);
  });

  test('a subscription that cannot write, with what Pub/Sub says of it', () => {
    const stuck = LIVE.map((one) =>
      one.name === 'nba-phase4-trigger-bigquery' ? { ...one, state: 'PERMISSION_DENIED' } : one,
    );
    const [finding, ...others] = decideDrift(KEPT, project(stuck), TOPOLOGY);
    expect(others).toEqual([]);
    expect([finding?.drift, finding?.what]).toEqual([
      'stuck',
      'subscription nba-phase4-trigger-bigquery writes nothing to BigQuery, it says PERMISSION_DENIED',
    ]);
    const writing = LIVE.map((one) => (one.name.endsWith('-bigquery') ? { ...one, state: 'ACTIVE' } : one));
    expect(drift(writing)).toEqual([]);
  });

  test('a topic that only BigQuery reads is unread: nobody works on its messages', () => {
    expect(drift(without('nba-phase4-trigger-sub'))).toEqual([
      'missing: subscription nba-phase4-trigger-sub',
      'unread: topic nba-phase4-trigger',
    ]);
  });
});
