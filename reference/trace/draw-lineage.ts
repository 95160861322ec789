import type { Lineage } from './lineage.ts';
import { formatDuration } from './page.ts';
import { type Bar, layOutTimeline, nameOfBar, PHASE_TITLES } from './timeline.ts';

/**
 * Draw a lineage as a tree for a terminal: phases, in them processors, in them runs, each with what fed it.
 *
 * @returns lines such as `├─ player_daily_cache  success  384 records  +2.1 s  41 ms  ← player_game_summary, …`.
 */
export function drawLineage(lineage: Lineage): readonly string[] {
  const timeline = layOutTimeline(lineage);
  const nameOf = new Map(timeline.bars.map((bar) => [bar.id, nameOfBar(bar)]));
  return timeline.lanes.flatMap(({ phase, rows }) => {
    const bars = rows.flatMap((row) => row.bars);
    return [
      PHASE_TITLES[phase],
      ...bars.map((bar, index) => {
        const branch = index === bars.length - 1 ? '└─' : '├─';
        const records = bar.runs.reduce((sum, run) => sum + run.record_count, 0);
        const at = `+${formatDuration(bar.start_ms - timeline.start_ms)}`;
        const took = formatDuration(bar.end_ms - bar.start_ms);
        const sources = bar.fed_by.map((id) => nameOf.get(id) ?? id).join(', ');
        const from = sources === '' ? '' : `  ← ${sources}`;
        return `${branch} ${bar.asked ? '* ' : ''}${nameOfBar(bar)}  ${bar.status}  ${records} records  ${at}  took ${took}  ${idOf(bar)}${from}`;
      }),
    ];
  });
}

function idOf({ runs }: Bar): string {
  const message = runs[0]?.trigger_message_id;
  if (runs.length > 1) return '';
  return `${runs[0]?.execution_id ?? ''}${message == null ? '' : `  message ${message}`}`;
}
