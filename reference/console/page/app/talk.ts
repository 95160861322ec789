/// <reference lib="dom" />
import type { ActOutcome } from '../../acts/carry-out.ts';
import type { Act } from '../../acts/decide-act.ts';
import type { DateView, OverviewRow, SchedulerJobView } from '../../dates/views.ts';
import type { MessageView } from '../../messages.ts';
import type { Drill } from '../../practice/drills.ts';

/** What the server wrote into the page. */
export interface Start {
  readonly token: string;
  readonly project: string;
  readonly cloud: string;
  readonly allow_actions: boolean;
  readonly look_again_ms: number;
  readonly drills: readonly Drill[];
  readonly is_listening: boolean;
  /** As the dates stood when somebody last asked; null before the first read. */
  readonly overview: Overview | null;
}

/** How the dates stand. */
export interface Overview {
  /** The latest dates, and older ones of which something is to be said; all of them when all are asked for. */
  readonly rows: readonly OverviewRow[];
  /** How many rows there are in all. */
  readonly total: number;
  readonly now: string;
  readonly schedules: readonly SchedulerJobView[];
}

/** One dead letter with why it was refused. */
export interface DeadLetterView {
  readonly topic: string;
  readonly message_id: string;
  readonly dead_since: string;
  readonly why: { readonly sentence: string; readonly can_succeed: boolean };
  readonly payload: string;
}

/** What an act would do or has done, and whether it may be done here. */
export type ActAnswer = ActOutcome & { readonly is_dry: boolean; readonly allow_actions: boolean };

export const START = JSON.parse(document.getElementById('start')?.textContent ?? '{}') as Start;

async function ask<Value>(path: string, body?: object): Promise<Value> {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-console-token': START.token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = (await response.json()) as Value & { readonly error?: string };
  if (!response.ok) throw new Error(value.error ?? `the console answered ${response.status}`);
  return value;
}

export const readOverview = (has_all: boolean): Promise<Overview> =>
  ask(`/api/overview${has_all ? '?rows=all' : ''}`);
export const readDate = (game_date: string, run: number | null): Promise<DateView> =>
  ask(`/api/date?date=${game_date}${run === null ? '' : `&run=${run}`}`);
export const readLetters = (
  game_date: string,
  run: number,
): Promise<{ readonly dead_letters: readonly DeadLetterView[] }> =>
  ask(`/api/dead-letters?date=${game_date}&run=${run}`);
export const readMessages = (): Promise<{ readonly messages: readonly MessageView[] }> =>
  ask('/api/messages');
export const sendAct = (act: Act, confirmed: boolean): Promise<ActAnswer> =>
  ask('/api/act', { act, confirmed });
export const sendDrill = (drill: string): Promise<{ readonly sentence: string }> =>
  ask('/api/drill', { drill });

/** Hear every message; the browser opens the stream again by itself. @param onLost is told whether the console answers. */
export function hear(
  onMessage: (message: MessageView) => void,
  onLost: (is_lost: boolean) => void,
): () => void {
  const source = new EventSource(`/api/events?token=${START.token}`);
  source.onmessage = ({ data }) => onMessage(JSON.parse(String(data)) as MessageView);
  source.onopen = () => onLost(false);
  source.onerror = () => onLost(true);
  return () => source.close();
}
