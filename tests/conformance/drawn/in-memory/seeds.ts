import type { SeedValues } from '../../../../conformance/harness/scene/scene.ts';
import type { ProcessorRunHistory } from '../../../../generated/models.ts';
import type { MemoryPorts } from '../../../reference/memory-ports.ts';
import { FEATURE_TABLE, phase4Run } from '../../../reference/predictions/fixtures.ts';

/** Write what a seed of the judge's stands for: a run, and the rows of the feature table. */
export async function seedInMemory(ports: MemoryPorts, name: string, values: SeedValues): Promise<void> {
  const { game_date, run = 1, players_ready, players_not_ready = [], minutes = [] } = values;
  const of_run = {
    execution_id: values.execution_id ?? 'seeded',
    correlation_id: values.correlation_id ?? 'seeded',
    game_date,
    run,
  };
  if (name !== 'feature_store') {
    const others: Readonly<Record<string, Partial<ProcessorRunHistory>>> = {
      no_games: { processor_name: 'nbac_schedule_games', phase: 'phase_2_raw', status: 'no_data' },
      phase_4_begun: { processor_name: 'player_daily_cache' },
    };
    ports.history.set(of_run.execution_id, phase4Run({ ...of_run, ...others[name] }));
    return;
  }
  const all = [...players_ready, ...players_not_ready];
  const backfill_reason = values.backfill_reason ?? null;
  ports.history.set(
    of_run.execution_id,
    phase4Run({
      ...of_run,
      players_ready: players_ready.length,
      players_total: all.length,
      backfill_mode: backfill_reason !== null,
      backfill_reason,
      finished_at: new Date().toISOString(),
    }),
  );
  for (const [index, player_lookup] of all.entries()) {
    await ports.warehouse.putRow(FEATURE_TABLE, game_date, run, player_lookup, {
      player_lookup,
      player_name: player_lookup,
      team: 'BOS',
      opponent: 'NYK',
      ready: index < players_ready.length,
      not_ready_reason: null,
      minutes: minutes[index] ?? 30,
      minutes_season: 900,
      points_per_36: 18,
      points_per_36_last_10: 18,
      points_per_36_before: null,
      league_points_per_36: 17,
      matchup_factor: 1,
      pace_factor: 1,
      venue_factor: 1,
      rest_factor: 1,
    });
  }
}
