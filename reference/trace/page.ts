import type { ProcessorRunHistory } from '../../generated/models.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import { type Bar, type Lane, nameOfBar, PHASE_TITLES, type Timeline } from './timeline.ts';

/** How many marks the time axis has. */
const MARKS = 6;

/**
 * Draw a timeline as one self-contained HTML page: no network, readable by keyboard, in light and dark.
 *
 * Bars are buttons placed by percentages, so the page is readable without its script; the script draws the arrows and
 * shows the details of the bar that is pointed at or focused.
 *
 * @param asked  what the trace was asked for, such as `correlation_id 3f2a…`.
 */
export function drawPage(timeline: Timeline, asked: string): string {
  const { game_date, run } = timeline;
  const title = `${game_date} run ${run}: trace of ${asked}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(game_date)} <span class="run">run ${run}</span></h1>
<p class="asked">Trace of <code>${escapeHtml(asked)}</code></p>
${drawSummary(timeline)}
</header>
<main>
<section class="chart" aria-label="Timeline, a bar per run. Left and right go through time, up and down through rows, Enter holds a bar, Escape lets it go.">
<div class="axis" aria-hidden="true">${drawAxis(timeline)}</div>
${timeline.lanes.map((lane) => drawLane(lane, timeline)).join('\n')}
<svg class="arrows" aria-hidden="true"></svg>
</section>
<aside class="details" aria-live="polite"><h2>Details</h2><p>Point at a bar, or go to one with Tab and the arrow keys. Enter holds it.</p></aside>
</main>
${drawTable(timeline)}
<script type="application/json" id="bars">${embedJson(timeline.bars.map(detailsOf))}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function drawSummary({ bars, start_ms, end_ms, unknown }: Timeline): string {
  const runs = bars.flatMap((bar) => bar.runs);
  const failed = runs.filter(({ status }) => status === 'failed');
  const facts = [
    `<li><b>${runs.length}</b> runs</li>`,
    failed.length === 0
      ? '<li class="good"><b>0</b> failed</li>'
      : `<li class="bad"><b>${failed.length}</b> failed</li>`,
    `<li><b>${formatDuration(end_ms - start_ms)}</b> from ${clock(start_ms)} to ${clock(end_ms)} UTC</li>`,
    ...(unknown.length === 0
      ? []
      : [
          `<li class="bad"><b>${unknown.length}</b> upstream runs that the history lacks: ${unknown.map((id) => `<code>${escapeHtml(id)}</code>`).join(' ')}</li>`,
        ]),
  ];
  const problems = failed.map(
    (run) =>
      `<li class="bad">${escapeHtml(run.processor_name)} failed at ${clock(Date.parse(run.finished_at))}: ${escapeHtml(run.error_type ?? '')} ${escapeHtml(run.error_message ?? '')}</li>`,
  );
  const longest = [...bars]
    .filter(({ waited_ms }) => (waited_ms ?? 0) > 0)
    .sort((a, b) => (b.waited_ms ?? 0) - (a.waited_ms ?? 0))[0];
  const wait =
    longest === undefined
      ? ''
      : `<li>longest wait: <b>${formatDuration(longest.waited_ms ?? 0)}</b> before ${escapeHtml(nameOfBar(longest))}</li>`;
  return `<ul class="facts">${facts.join('')}${wait}</ul>${problems.length === 0 ? '' : `<ul class="problems">${problems.slice(0, 5).join('')}</ul>`}`;
}

function drawAxis(timeline: Timeline): string {
  const span = timeline.end_ms - timeline.start_ms;
  return Array.from({ length: MARKS }, (_, index) => {
    const share = index / (MARKS - 1);
    const edge = index === 0 ? ' first' : index === MARKS - 1 ? ' last' : '';
    return `<span class="mark${edge}" style="--at:${percent(share)}"><b>+${formatDuration(span * share)}</b> ${clock(timeline.start_ms + span * share)}</span>`;
  }).join('');
}

function drawLane(lane: Lane, timeline: Timeline): string {
  const rows = lane.rows.map(
    ({ processor, bars }) =>
      `<div class="row"><span class="name" title="${escapeHtml(processor)}">${escapeHtml(processor)}</span><div class="track">${bars.map((bar) => drawBar(bar, timeline)).join('')}</div></div>`,
  );
  return `<div class="lane"><h2>${escapeHtml(PHASE_TITLES[lane.phase].replace('  ', ' · '))}</h2>${rows.join('')}</div>`;
}

function drawBar(bar: Bar, { start_ms, end_ms }: Timeline): string {
  const span = Math.max(1, end_ms - start_ms);
  const at = (bar.start_ms - start_ms) / span;
  const width = (bar.end_ms - bar.start_ms) / span;
  const ticks =
    bar.runs.length === 1
      ? ''
      : bar.runs
          .map((run) => (Date.parse(run.finished_at) - bar.start_ms) / Math.max(1, bar.end_ms - bar.start_ms))
          .map((share) => `<i style="left:${percent(share)}"></i>`)
          .join('');
  const label = `${nameOfBar(bar)}, ${bar.status}, ${recordsOf(bar)} records, ${formatDuration(bar.end_ms - bar.start_ms)}`;
  const side = at + width > 0.7 ? ' before' : '';
  return `<button type="button" class="bar ${escapeHtml(bar.status)}${bar.asked ? ' asked' : ''}" data-id="${escapeHtml(bar.id)}" style="--at:${percent(at)};--width:${percent(width)}" aria-label="${escapeHtml(label)}">${ticks}<span class="caption${side}">${escapeHtml(caption(bar))}</span></button>`;
}

function caption(bar: Bar): string {
  const took = formatDuration(bar.end_ms - bar.start_ms);
  if (bar.runs.length > 1) return `${bar.runs.length} runs · ${took}`;
  return bar.status === 'success' ? took : `${bar.status} · ${took}`;
}

function drawTable({ bars }: Timeline): string {
  const rows = bars
    .flatMap((bar) => bar.runs)
    .toSorted((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at))
    .map(
      (run) =>
        `<tr class="${escapeHtml(run.status)}"><td>${clock(Date.parse(run.started_at))}</td><td>${clock(Date.parse(run.finished_at))}</td><td>${escapeHtml(run.processor_name)}</td><td>${escapeHtml(run.status)}</td><td class="number">${run.record_count}</td><td>${escapeHtml(triggerOf(run))}</td><td><code>${escapeHtml(run.execution_id)}</code></td><td><code>${escapeHtml(run.correlation_id)}</code></td></tr>`,
    );
  return `<details class="all"><summary>All runs as a table</summary><div class="scroll"><table><thead><tr><th>start</th><th>end</th><th>processor</th><th>status</th><th>records</th><th>started by</th><th>execution_id</th><th>correlation_id</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`;
}

/** What the script shows of a bar, as pairs of a term and its text. */
function detailsOf(bar: Bar): object {
  const [run] = bar.runs;
  if (run === undefined) return { id: bar.id, fed_by: bar.fed_by, name: bar.id, facts: [] };
  const failed = bar.runs.length > 1 ? bar.runs.filter(({ status }) => status === 'failed').length : 0;
  const facts: (readonly [string, string])[] = [
    ['status', bar.status],
    ['records', `${recordsOf(bar)}${run.records_failed > 0 ? `, ${run.records_failed} failed` : ''}`],
    [
      'time',
      `${clock(bar.start_ms)} to ${clock(bar.end_ms)} UTC, ${formatDuration(bar.end_ms - bar.start_ms)}`,
    ],
    [
      'waited',
      bar.waited_ms === null ? 'for nothing' : `${formatDuration(bar.waited_ms)} after the last that fed it`,
    ],
  ];
  if (bar.runs.length > 1) {
    facts.push(['runs', `${bar.runs.length}, ${failed} failed; each is in the table below`]);
  } else {
    facts.push(
      ['error', run.error_message === null ? '' : `${run.error_type}: ${run.error_message}`],
      ['started by', triggerOf(run)],
      ['table', `${run.output_dataset}.${run.output_table}`],
      ['backfill', run.backfill_mode ? (run.backfill_reason ?? 'yes') : ''],
      ['execution_id', run.execution_id],
      ['correlation_id', run.correlation_id],
    );
  }
  return {
    id: bar.id,
    name: nameOfBar(bar),
    fed_by: bar.fed_by,
    facts: facts.filter(([, text]) => text !== ''),
  };
}

function triggerOf({ trigger_source, trigger_message_id, parent_processor }: ProcessorRunHistory): string {
  const by = parent_processor === null ? '' : ` by ${parent_processor}`;
  return trigger_message_id === null ? `${trigger_source}${by}` : `message ${trigger_message_id}${by}`;
}

function recordsOf({ runs }: Bar): number {
  return runs.reduce((sum, run) => sum + run.record_count, 0);
}

/** Write a duration with the unit that a person would use: `340 ms`, `12.4 s`, `7 min 5 s`. */
export function formatDuration(duration_ms: number): string {
  if (duration_ms < 1000) return `${Math.round(duration_ms)} ms`;
  if (duration_ms < 59_950) return `${(duration_ms / 1000).toFixed(1)} s`;
  // Rounded once, so that 59.9 seconds become a minute and not sixty of them.
  const seconds = Math.round(duration_ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function clock(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(11, 19);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(3)}%`;
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

/** JSON inside a script element must not be able to end it. */
function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
