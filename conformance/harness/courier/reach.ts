import { TargetUnavailableError } from '../../targets/starting/running.ts';
import type { HttpReply } from './http.ts';

/** A component that has never taken one of so many deliveries listens somewhere else. */
const STRANGE_MAX = 10;

/** Notices a component whose door nobody opens, so that a wrong path costs seconds instead of every case's patience. */
export interface Reach {
  /** Aborts with a TargetUnavailableError that says where nobody was found. */
  readonly lost: AbortSignal;
  /** Notes what came of a delivery. */
  hear(component: string, url: string, reply: HttpReply): void;
}

/** Creates what notices components that no delivery reaches. */
export function createReach(): Reach {
  const controller = new AbortController();
  const reached = new Set<string>();
  const strange = new Map<string, number>();
  return {
    lost: controller.signal,
    hear(component, url, reply) {
      if (reached.has(component)) return;
      if (!isStrange(reply)) return void reached.add(component);
      const times = (strange.get(component) ?? 0) + 1;
      strange.set(component, times);
      if (times < STRANGE_MAX) return;
      controller.abort(new TargetUnavailableError(sentenceOf(component, url, reply)));
    },
  };
}

/** No route, no such method, or no connection; an answer that broke off came from somebody. */
function isStrange({ status, body }: HttpReply): boolean {
  return status === 404 || status === 405 || (status === null && /^(connect|getaddrinfo) /.test(body));
}

function sentenceOf(component: string, url: string, { status, body }: HttpReply): string {
  const what = status === null ? body : `${status} ${body.slice(0, 100)}`.trim();
  const advice =
    status === null ? 'its url, or what it prints when it is ready' : 'delivery.path, or its routes';
  return `${component}: expected it to take messages at POST ${url}, and each of its first ${STRANGE_MAX} deliveries got ${what}; correct ${advice}`;
}
