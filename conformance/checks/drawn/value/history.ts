import type { DayKind } from '../../../harness/messages/windows.ts';
import type { DrawnOrigin, DrawnWork } from './processing.ts';

/** One message as it is drawn; whatever is left out has its plain value, so that a small history is a short one. */
export interface DrawnParcel extends DrawnOrigin {
  /** Names the message within its history; another step may speak of it. */
  readonly n: number;
  /** processor_name as it goes on the wire. */
  readonly name: string;
  /** 0 for the first day of the history, 1 for the next one, 2 for the one before. */
  readonly day?: number;
  /** Default 1. */
  readonly run?: number;
  /** Default success. */
  readonly status?: 'partial' | 'no_data' | 'failed';
  /** Its execution_id is that of message n. Default: one of its own. */
  readonly execution_of?: number;
  /** Its execution_id is written in capitals. */
  readonly capitals?: true;
  /** Its execution_id is a UUID of this version. Default 4. */
  readonly version?: 1 | 5 | 7;
  /** Its correlation_id is that of message n, left out, or as long as the contract allows. Default: one of its own. */
  readonly correlation?: number | 'missing' | 'long';
  /** Its backfill_reason; backfill_mode follows. */
  readonly backfill?: string;
  readonly skip?: true;
  /** It has a field that the contract does not know, of more objects and lists than any message of it. */
  readonly wide?: true;
  /** How many minutes its timestamp is ahead of the one that comes in order. */
  readonly minutes?: number;
  /** How often it is delivered at once: the first under its messageId. Default 1. */
  readonly copies?: number;
  /** Further copies come under new messageIds, as after a publisher's retry. */
  readonly new_ids?: true;
  /** After a nack it is delivered again only at the end of the history, so that others come in between. */
  readonly late?: true;
  /** Which instance of the receiver gets it, where there are two. Default the first. */
  readonly instance?: 2;
}

/** A date and run of the history; what is left out is the first day, and run 1. */
export type DrawnPlace = Pick<DrawnParcel, 'day' | 'run'>;

/** What a coordinator is told or asked beside its trigger. */
export type DrawnCall =
  /** Fills the feature store: of the players 1, 2, … the first `ready` are ready, the next `not_ready` are not. */
  | (DrawnPlace & {
      readonly do: 'seed';
      readonly ready: number;
      readonly not_ready?: number;
      /** Its run was a backfill for this reason. */
      readonly backfill?: string;
    })
  /** Makes true what stands in for other phases: the schedule of the date was read and lists no game; Phase 4 is under way. */
  | (DrawnPlace & { readonly do: 'prepare'; readonly what: 'no_games' | 'phase_4_begun' })
  | (DrawnPlace & {
      readonly do: 'call';
      readonly path: '/start' | '/retry' | '/status';
      readonly force?: true;
      /** Players with fewer minutes are left out: as many as this player has. */
      readonly minutes_of?: number;
      /** The scheduler calls. */
      readonly scheduler?: true;
      /** Who the body says has called. */
      readonly source?: 'manual' | 'scheduler' | 'pubsub';
      /** Calls the same so often at once. Default 1. */
      readonly copies?: number;
      readonly instance?: 2;
    })
  /** Calls again and again until everybody who is ready was requested, or every claim that a fault left has run out. */
  | (DrawnPlace & { readonly do: 'recover'; readonly path: '/start' | '/retry' })
  /** Answers the last requests of a date, those of all players or of some, by their number. */
  | (DrawnPlace & {
      readonly do: 'answer';
      readonly n: number;
      readonly players?: readonly number[];
      /** All but so many of those that were requested. */
      readonly but?: number;
      readonly status?: 'failed';
      /** Of the attempt before, or without one. */
      readonly attempt?: 'earlier' | 'missing';
      /** For a batch, or for players, that nobody asked about; for the batch before this one. */
      readonly of?: 'another batch' | 'strangers' | 'batch before';
      /** Its results have the execution_ids of those of answer n. */
      readonly execution_of?: number;
      /** Their execution_ids are written in capitals. */
      readonly capitals?: true;
      readonly copies?: number;
      readonly new_ids?: true;
      /** What is nacked is delivered again only at the end of the history. */
      readonly late?: true;
      readonly instance?: 2;
    });

/** What a worker is asked: a player of a batch, by their numbers. */
export type DrawnAsk = DrawnPlace & {
  readonly n: number;
  readonly player: number;
  /** Default 1. */
  readonly batch?: number;
  /** Default 1. */
  readonly attempt?: number;
  /** Its execution_id is written in capitals. */
  readonly capitals?: true;
  readonly backfill?: string;
  readonly copies?: number;
  readonly new_ids?: true;
  /** After a nack it is delivered again only at the end of the history. */
  readonly late?: true;
  readonly instance?: 2;
};

/** One step of a drawn history. */
export type DrawnStep =
  /** Asks for players; several at the same time. */
  | { readonly do: 'ask'; readonly asks: readonly DrawnAsk[] }
  | DrawnCall
  | DrawnWork
  /** Delivers messages; several at the same time. */
  | { readonly do: 'deliver'; readonly parcels: readonly DrawnParcel[] }
  /** Delivers message n once more, although it was acked. */
  | { readonly do: 'again'; readonly n: number; readonly new_id?: true }
  | {
      readonly do: 'sweep';
      readonly instance?: 2;
      /** Sweeps until nothing is pending, or every claim that a fault left has run out, and then once more. */
      readonly until_over?: true;
    }
  /** A call that the contract wants refused: of a path or method that it does not have, or with a body or query that is wrong. */
  | (DrawnPlace & {
      readonly do: 'odd';
      readonly method: 'GET' | 'POST';
      /** `{game_date}` and `{run}` stand for those of its place. */
      readonly path: string;
      /** The body as it is sent, with the same words in braces. */
      readonly body?: string;
    })
  /** Refuses one of the next publishes, commits or reads about a day, until the history ends. */
  | {
      readonly do: 'refuse';
      readonly on: 'publish' | 'commit' | 'read';
      readonly day?: number;
      /** How many are served first. Default 0. */
      readonly after?: number;
      readonly topic?: string;
      /** How many are struck, one after the other. Default 1. */
      readonly times?: number;
      /** Only the same call again and again, as clients repeat it. */
      readonly alike?: true;
      /** It is done, and its answer is lost. */
      readonly is_done?: true;
      /** It waits until the history ends, and is done then; with `is_done` it is done at once, and its answer waits. */
      readonly is_held?: true;
      /** What is held waits only while so many further steps happen: others overtake it. */
      readonly held_steps?: number;
    };

/** A whole history as it is drawn: plain data that survives JSON. */
export interface DrawnHistory {
  /** Which days it is about. */
  readonly days: DayKind;
  readonly steps: readonly DrawnStep[];
}

/** Tell whether a line is meant to be a history rather than a schedule of calls. */
export function looksLikeHistory(line: string): boolean {
  return line.startsWith('{');
}

/** Says that a text is no history; the message says what was expected. */
class DrawnHistoryError extends Error {}

/** Write a history as one line. */
export function printHistory(history: DrawnHistory): string {
  return JSON.stringify(history);
}

/** Read a history back. @throws {DrawnHistoryError} when the line is none. */
export function parseHistory(line: string): DrawnHistory {
  try {
    const value: unknown = JSON.parse(line);
    if (isHistory(value)) return value;
  } catch {
    // Told below, with what was expected.
  }
  throw new DrawnHistoryError(
    `expected a history as a failure prints it, such as {"days":"plain","steps":[{"do":"sweep"}]}, got "${line.slice(0, 60)}"`,
  );
}

function isHistory(value: unknown): value is DrawnHistory {
  if (typeof value !== 'object' || value === null) return false;
  if (!('days' in value && 'steps' in value)) return false;
  return typeof value.days === 'string' && Array.isArray(value.steps) && value.steps.every(isStep);
}

function isStep(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'do' in value;
}
