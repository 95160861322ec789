import type { History, RequestEvent } from '../../history/events.ts';
import { responseTo } from '../../history/select.ts';
import type { Missing } from '../check.ts';
import { statusOf } from '../judging/answers.ts';

/** Say why a history tells nothing of what calls of an endpoint do: it served none of them. */
export function missingCalls(history: History, component: string, path: string): Missing | undefined {
  const answers = callsOf(history, component, path).map(({ sequence }) => responseTo(history, sequence));
  const is_served = answers.some((answer) => (answer?.status ?? 0) >= 200 && (answer?.status ?? 0) < 300);
  const last = answers.at(-1);
  if (is_served || last === undefined) return undefined;
  const what = `POST ${path} of ${component} was answered ${statusOf(last)} at each of ${answers.length} calls`;
  return { why: `${what}, last in #${last.sequence}, so that none was served`, by: 'target' };
}

/** List the calls of an endpoint that a component was asked for. */
export function callsOf(history: History, component: string, path: string): readonly RequestEvent[] {
  return history.filter(
    (event): event is RequestEvent =>
      event.kind === 'request' && event.path.startsWith(path) && event.component === component,
  );
}

/** What Cloud Scheduler sends with every call of its own. */
export const OF_THE_SCHEDULER = { 'X-CloudScheduler': 'true' } as const;
