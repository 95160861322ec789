import { markerWords } from '../checks/drawn/run/begin.ts';
import type { History, HistoryEvent } from '../history/events.ts';
import { runOf, text } from '../history/select.ts';

/** How many lines of a message sequence a report shows. */
const LINES_MAX = 24;

/** Show the events of a case that matter for a proof: deliveries, requests, publishes, faults, restarts, markers. */
export function sequenceLines(history: History, cited: readonly number[]): readonly string[] {
  const shown = history.filter((event) => isShown(event) || cited.includes(event.sequence));
  const near = nearest(withoutRepeats(shown, cited), cited, LINES_MAX);
  const lines = near.map((event) => `#${event.sequence} ${eventLine(history, event)}`);
  const left_out = shown.length - near.length;
  return left_out === 0
    ? lines
    : [...lines, `(${left_out} more events; --keep-output DIR writes all of them)`];
}

/** Of a message that is delivered again and again the first and the last delivery tell the story. */
function withoutRepeats(shown: readonly HistoryEvent[], cited: readonly number[]): readonly HistoryEvent[] {
  const last = new Map<string, number>();
  for (const event of shown) if (event.kind === 'delivery') last.set(event.message_id, event.sequence);
  return shown.filter(
    (event) =>
      event.kind !== 'delivery' ||
      event.attempt === 1 ||
      cited.includes(event.sequence) ||
      last.get(event.message_id) === event.sequence,
  );
}

/** Show one event in one line. */
export function eventLine(history: History, event: HistoryEvent): string {
  switch (event.kind) {
    case 'delivery': {
      const again = event.attempt > 1 ? `, delivery ${event.attempt}` : '';
      const what = event.defect ?? messageWords(event.message);
      return `deliver to ${event.component}: ${what} [message ${event.message_id}${again}]${answerOf(history, event.sequence)}`;
    }
    case 'answer':
      return `answer to #${event.delivery}: ${event.status ?? 'none'} ${event.acked ? 'ack' : 'nack'}`;
    case 'request':
      return `${event.method} ${event.path} of ${event.component} ${event.body === null ? 'without body' : JSON.stringify(event.body)}${responseOf(history, event.sequence)}`;
    case 'response':
      return `response to #${event.request}: ${event.status ?? 'none'}`;
    case 'publish':
      return `published to ${event.topic}: ${event.message === null ? event.raw : messageWords(event.message)}`;
    case 'call':
      return `${event.service} ${event.method}: ${event.outcome}`;
    case 'commit':
      return `committed ${event.paths.slice(0, 3).join(', ')}`;
    case 'document':
      return `document ${event.path} ${event.fields === null ? 'does not exist' : `has ${Object.keys(event.fields).join(', ')}`}`;
    case 'seed':
      return `seeded ${event.name} of ${event.game_date} run ${event.run}: ${event.players_ready.length} of ${event.players_total} players ready`;
    case 'fault':
      return `fault ${event.change}: ${event.fault}`;
    case 'process':
      return `${event.component} ${event.change}`;
    case 'neighbour':
      return `another case ${event.change === 'begins' ? 'calls' : 'has its answer to'} ${event.call}${event.component === null ? '' : ` of ${event.component}`}`;
    case 'exploration':
      return `tried ${event.is_complete === true ? 'all ' : ''}${event.runs} ${event.runs === 1 ? 'schedule' : 'schedules'} (${event.strategy}): ${event.failing.map(({ anomaly, schedule }) => `${anomaly} with ${schedule}`).join(', ') || 'none failed'}`;
    case 'marker':
      return `-- ${markerWords(event)}`;
  }
}

/** Tell a message in a few words: who, date, run, status, level and the beginning of its execution id. */
export function messageWords(message: object | null): string {
  const name =
    text(message, 'processor_name') || text(message, 'player_lookup') || text(message, 'scraper_name');
  const level = (message as { metadata?: { level?: unknown } } | null)?.metadata?.level;
  const parts = [
    name,
    text(message, 'game_date'),
    `run ${runOf(message)}`,
    text(message, 'status'),
    level === undefined ? '' : `level ${String(level)}`,
    text(message, 'execution_id').slice(0, 8),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function answerOf(history: History, delivery: number): string {
  const answer = history.find((event) => event.kind === 'answer' && event.delivery === delivery);
  if (answer?.kind !== 'answer') return '';
  return ` -> ${answer.status ?? 'no answer'} ${answer.acked ? 'ack' : 'nack'}`;
}

function responseOf(history: History, request: number): string {
  const response = history.find((event) => event.kind === 'response' && event.request === request);
  return response?.kind === 'response' ? ` -> ${response.status ?? 'no answer'}` : '';
}

/** Answers stand beside their deliveries, and calls and commits are only shown where a proof cites them. */
function isShown(event: HistoryEvent): boolean {
  return !['answer', 'response', 'call', 'commit', 'neighbour'].includes(event.kind);
}

/**
 * Keep at most `max` events: those that are cited, then what happened shortly before the last of them, first to the dates
 * that they name.
 */
export function nearest(
  shown: readonly HistoryEvent[],
  cited: readonly number[],
  max: number,
): readonly HistoryEvent[] {
  if (shown.length <= max) return shown;
  const kept = new Set(shown.filter((event) => cited.includes(event.sequence)).slice(0, max));
  const last = Math.max(...cited, 0);
  const dates = new Set([...kept].map(dateOf).filter((date) => date !== ''));
  const before = shown.filter((event) => last === 0 || event.sequence <= last).reverse();
  const near = before.filter((event) => dates.has(dateOf(event)));
  for (const event of [...near, ...before]) {
    if (kept.size >= max) break;
    kept.add(event);
  }
  return shown.filter((event) => kept.has(event));
}

/** The game date that an event's message names; empty when there is none. */
function dateOf(event: HistoryEvent): string {
  return event.kind === 'delivery' || event.kind === 'publish' ? text(event.message, 'game_date') : '';
}
