import { setTimeout as pause } from 'node:timers/promises';
import type { AlertNotice, Alerts, Logger } from '../ports/ports.ts';
import { type ChannelRequest, requestsOf } from './bodies.ts';
import type { AlertSettings } from './settings.ts';

/** How often and how patiently a channel is tried; the defaults bound one alert to 27 s in the background. */
export interface Patience {
  readonly attempts_max: number;
  readonly timeout_ms: number;
  /** The wait after the first failure; it doubles with each. */
  readonly backoff_ms: number;
}

const PATIENCE: Patience = { attempts_max: 4, timeout_ms: 5000, backoff_ms: 1000 };

/** How many alerts are remembered as told; the oldest are forgotten first. */
const TOLD_MAX = 1000;

/**
 * Make the port that tells people by webhook and e-mail.
 *
 * `send` returns at once. One alert of one game_date and run is told once by a process; it is told again only when no
 * channel took it. A channel that cannot be reached is tried a few times and then logged once.
 */
export function createAlerts(settings: AlertSettings, log: Logger, patience = PATIENCE): Alerts {
  const told = new Set<string>();
  const under_way = new Set<Promise<void>>();
  const tell = async (notice: AlertNotice, key: string): Promise<void> => {
    const taken = await Promise.all(
      requestsOf(settings, notice).map((request) => deliver(request, notice, log, patience)),
    );
    if (taken.length > 0 && !taken.includes(true)) told.delete(key);
  };
  return {
    send(notice) {
      const key = `${notice.alert}/${notice.game_date}/${notice.run}`;
      if (told.has(key)) return;
      told.add(key);
      for (const oldest of told) {
        if (told.size <= TOLD_MAX) break;
        told.delete(oldest);
      }
      const telling = tell(notice, key).finally(() => under_way.delete(telling));
      under_way.add(telling);
    },
    async settled() {
      while (under_way.size > 0) await Promise.all(under_way);
    },
  };
}

/** Never throws; tells whether the channel took it. */
async function deliver(
  request: ChannelRequest,
  { alert, game_date, run }: AlertNotice,
  log: Logger,
  { attempts_max, timeout_ms, backoff_ms }: Patience,
): Promise<boolean> {
  let failure = '';
  for (let attempt = 1; attempt <= attempts_max; attempt += 1) {
    if (attempt > 1) await pause(backoff_ms * 2 ** (attempt - 2), undefined, { ref: false });
    const outcome = await post(request, timeout_ms);
    if (outcome.kind === 'taken') return true;
    failure = `${outcome.what} in attempt ${attempt}`;
    if (outcome.kind === 'refused') break;
  }
  // Neither the address nor the answer's text: both may hold secrets.
  log.warn(`expected the ${request.channel} to take alert ${alert}, got ${failure}; check its settings`, {
    channel: request.channel,
    game_date,
    run,
  });
  return false;
}

type PostOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused' | 'unavailable'; readonly what: string };

async function post({ url, headers, body }: ChannelRequest, timeout_ms: number): Promise<PostOutcome> {
  try {
    const signal = AbortSignal.timeout(timeout_ms);
    // A redirect would carry the key to a place that nobody has set.
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await answer.body?.cancel();
    if (answer.ok) return { kind: 'taken' };
    const again = answer.status === 429 || answer.status >= 500;
    return { kind: again ? 'unavailable' : 'refused', what: `status ${answer.status}` };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { kind: 'unavailable', what: late ? `no answer within ${timeout_ms} ms` : 'no connection' };
  }
}
