import type { RequirementId } from '../../../../generated/requirements.ts';
import { ENDPOINTS } from '../../../../generated/topology.ts';
import { type SchemaName, validate } from '../../../../generated/validation.ts';
import type { History, Json, Payload, RequestEvent } from '../../../history/events.ts';
import { publishes, responseTo } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { spansOf } from './predictions/spans.ts';

/** Bodies of these endpoints are known by their schema. */
const BODIES: Readonly<Record<string, SchemaName>> = { '/start': 'StartRequest', '/retry': 'RetryRequest' };

/** Why a call is to be refused, and which requirement says so. */
interface Refusal {
  readonly requirement: RequirementId;
  readonly why: string;
  readonly is_right: (status: number) => boolean;
  readonly owed: string;
}

/** Judge that calls which the contract does not have were refused and had no effect: of another path or method, or with a wrong body or query. */
export function judgeOddCalls(history: History, component: string): readonly Anomaly[] {
  const spans = spansOf(history, component);
  return spans.flatMap((span): readonly Anomaly[] => {
    const { event } = span;
    if (event.kind !== 'request') return [];
    const refusal = refusalOfCall(event);
    const response = responseTo(history, event.sequence);
    // Where nothing came back nothing is told.
    if (refusal === undefined || response === undefined || response.status === null) return [];
    const { requirement, why, owed, is_right } = refusal;
    const what = `#${event.sequence} called ${event.method} ${event.path} of ${component}, ${why}; it was answered ${response.status} (#${response.sequence})`;
    const events = [event.sequence, response.sequence];
    const is_alone = spans.every((other) => other === span || other.to < span.from || other.from > span.to);
    const made = is_alone
      ? publishes(history).filter(({ sequence }) => sequence > span.from && sequence < span.to)
      : [];
    return [
      ...(is_right(response.status)
        ? []
        : [
            {
              requirement,
              anomaly: 'wrong answer' as const,
              proof: `${what} instead of ${owed}.`,
              events,
            },
          ]),
      ...made.slice(0, 1).map(({ sequence, topic }) => ({
        requirement,
        anomaly: 'phantom completion' as const,
        proof: `${what}, and before that #${sequence} was published to ${topic}.`,
        events: [event.sequence, sequence, response.sequence],
      })),
    ];
  });
}

const is400 = (status: number): boolean => status === 400;
const is4xx = (status: number): boolean => status >= 400 && status < 500;

/** Say why the contract wants a call refused; undefined for one that it has. */
export function refusalOfCall(event: RequestEvent): Refusal | undefined {
  const { component, method, body } = event;
  const url = new URL(event.path, 'http://judge');
  const endpoint = ENDPOINTS.find(
    (one) => one.component === component && one.path === url.pathname && one.method === method,
  );
  if (endpoint === undefined) {
    const why = 'which the contract does not have';
    return { requirement: 'ACK-015', why, is_right: is4xx, owed: '4xx' };
  }
  const schema = BODIES[url.pathname];
  if (method === 'POST' && schema !== undefined && body !== null) {
    const content = typeof body === 'string' ? readJson(body) : body;
    const is_object = typeof content === 'object' && content !== null && !Array.isArray(content);
    const is_wrong = !is_object || validate(schema, 'receive', content as Payload).length > 0;
    const names_no_date = is_object && wrongDate((content as Payload)['game_date']);
    const requirement = is_object && !names_no_date ? 'COORD-034' : 'COORD-020';
    if (is_wrong) return { requirement, why: `with ${JSON.stringify(body)}`, is_right: is400, owed: '400' };
  }
  if (url.pathname !== '/status') return undefined;
  const game_date = url.searchParams.get('game_date');
  const run = url.searchParams.get('run');
  const is_wrong = (game_date !== null && wrongDate(game_date)) || (run !== null && wrongRun(run));
  if (!is_wrong) return undefined;
  return { requirement: 'COORD-035', why: 'whose query names no date and run', is_right: is400, owed: '400' };
}

function wrongDate(value: Json | undefined): boolean {
  return value !== undefined && validate('GameDate', 'receive', value as never).length > 0;
}

function wrongRun(value: string): boolean {
  return validate('RunNumber', 'receive', (value === '' ? value : Number(value)) as never).length > 0;
}

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
