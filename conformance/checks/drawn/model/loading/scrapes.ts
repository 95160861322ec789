import { canonicalProcessorName, PROCESSORS } from '../../../../../generated/registry.ts';
import type { RequirementId } from '../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../generated/topology.ts';
import { validate } from '../../../../../generated/validation.ts';
import type { History, Payload, PublishEvent } from '../../../../history/events.ts';
import { publishes, runOf, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { dateAndRun } from '../../../owed/names.ts';
import { isAlone, isBeforeFaults, isDisturbed, type Span, spansOf } from '../predictions/spans.ts';
import { broken, judgeTwice, runsIn } from '../processing/runs.ts';
import { judgeCallRefusal, sourceOfCall } from '../processing/served.ts';

const COMPONENT = 'phase1-scrapers';
const ALL = Object.keys(PROCESSORS.phase_1_scrapers);

/** What `judgeScrapes` may call broken. */
export const SCRAPE_REQUIREMENTS = [
  'BACK-006',
  'CORR-001',
  'CORR-009',
  'LIVE-003',
  'LIVE-005',
  'LIVE-006',
  'MSG-007',
] as const satisfies readonly RequirementId[];

/** A call of POST /scrape, and what it asks for; nobody where its body is wrong. */
interface Call {
  readonly span: Span;
  readonly body: Payload;
  readonly place: string;
  readonly scrapers: readonly string[];
  /** Which requirement wants it refused. */
  readonly refused: RequirementId | undefined;
  readonly source: string;
}

/** Judge what the scrapers published against what they were called for. */
export function judgeScrapes(history: History): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const calls = spans.flatMap((span) => readCall(span) ?? []);
  const outputs = publishes(history, TOPIC.phase1ScrapersComplete);
  const keys = [
    ...new Set(calls.flatMap(({ scrapers, place }) => scrapers.map((one) => `${one} of ${place}`))),
  ];
  return [
    ...calls.flatMap((call) => judgeCallRefusal(call.span, call.refused, 'a scrape')),
    ...outputs.flatMap((output) => judgeOutput(output, calls)),
    ...keys.flatMap((key) => {
      const own = calls.filter(({ scrapers, place }) => scrapers.some((one) => `${one} of ${place}` === key));
      return judgeScraper(
        history,
        key,
        own,
        outputs.filter((output) => keyOf(output) === key),
        spans,
      );
    }),
  ];
}

function keyOf({ message }: PublishEvent): string {
  return `${canonicalProcessorName('phase_1_scrapers', text(message, 'processor_name'))} of ${dateAndRun(message)}`;
}

function readCall(span: Span): Call | undefined {
  const { event } = span;
  if (event.kind !== 'request' || event.path !== '/scrape') return undefined;
  const body = (typeof event.body === 'object' ? event.body : null) as Payload | null;
  const wrong = validate('ScrapeRequest', 'send', event.body);
  const is_reason = text(body, 'backfill_reason') !== '';
  const named = text(body, 'scraper');
  const known = canonicalProcessorName('phase_1_scrapers', named);
  const scrapers = named === '' ? ALL : known === undefined ? [] : [known];
  let refused: RequirementId | undefined;
  if (wrong.some(({ field }) => field !== 'game_date') || body?.['game_date'] === undefined)
    refused = 'LIVE-006';
  else if (wrong.length > 0 || scrapers.length === 0) refused = 'LIVE-003';
  else if (body['backfill_mode'] === true && !is_reason) refused = 'LIVE-006';
  return {
    span,
    body: body ?? {},
    place: `${text(body, 'game_date')} run ${runOf(body)}`,
    scrapers: refused === undefined ? scrapers : [],
    refused,
    source: text(body, 'trigger_source') || sourceOfCall(event),
  };
}

/** A completion says what one of the calls before it asked for. */
function judgeOutput(output: PublishEvent, calls: readonly Call[]): readonly Anomaly[] {
  const { message, sequence } = output;
  const told = `#${sequence}, a completion of ${keyOf(output)},`;
  const own = calls.filter(
    ({ span, place, scrapers }) =>
      span.from < sequence && scrapers.some((one) => `${one} of ${place}` === keyOf(output)),
  );
  const wrong = (requirement: RequirementId, anomaly: Anomaly['anomaly'], what: string): Anomaly =>
    broken(requirement, anomaly, [...own.map(({ span }) => span.from), sequence], `${told} ${what}.`);
  if (own.length === 0) return [wrong('LIVE-005', 'phantom completion', 'answers no call')];
  const found: Anomaly[] = [];
  if (!own.some(({ body }) => isFlagged(message, body))) {
    const said = ['skip_downstream_trigger', 'backfill_mode', 'backfill_reason'].map(
      (field) => `${field} ${JSON.stringify(message?.[field])}`,
    );
    found.push(wrong('BACK-006', 'backfill leak', `says ${said.join(', ')}, which no call asked for`));
  }
  if (!own.some(({ source }) => source === text(message, 'trigger_source'))) {
    const sources = [...new Set(own.map(({ source }) => source))].join(' or ');
    const what = `says trigger_source ${text(message, 'trigger_source')}, and was called by ${sources}`;
    found.push(wrong('CORR-009', 'broken provenance', what));
  }
  if (!own.some(({ body }) => ['', text(message, 'workflow')].includes(text(body, 'workflow')))) {
    found.push(
      wrong(
        'LIVE-005',
        'invalid message',
        `says the workflow ${text(message, 'workflow')}, which no call named`,
      ),
    );
  }
  if (text(message, 'correlation_id') !== text(message, 'execution_id')) {
    found.push(
      wrong(
        'CORR-001',
        'broken correlation',
        'starts a chain under a correlation_id that is not its execution_id',
      ),
    );
  }
  const names = ['name', 'scraper_name'].map((field) => text(message, field));
  if (names.some((name) => name !== text(message, 'processor_name'))) {
    found.push(
      wrong('MSG-007', 'invalid message', `calls its scraper ${names.join(' and ')} in the old fields`),
    );
  }
  return found;
}

function isFlagged(message: Payload | null, body: Payload): boolean {
  const is_backfill = body['backfill_mode'] === true;
  return (
    message?.['skip_downstream_trigger'] === (body['skip_downstream_trigger'] === true) &&
    message['backfill_mode'] === is_backfill &&
    (!is_backfill || message['backfill_reason'] === body['backfill_reason'])
  );
}

/** Each call that was served alone has its run; what a failed call owed may come with the next one. */
function judgeScraper(
  history: History,
  key: string,
  calls: readonly Call[],
  outputs: readonly PublishEvent[],
  spans: readonly Span[],
): readonly Anomaly[] {
  const found: Anomaly[] = [];
  for (const [index, { span, body }] of calls.entries()) {
    if (!span.acked || !isAlone(span, spans)) continue;
    const earlier = calls.slice(0, index);
    const is_owing = earlier.at(-1)?.span.acked === false || !isBeforeFaults(history, span);
    const within = outputs.filter(({ sequence }) => sequence > span.from && sequence < span.to);
    const told = `#${span.from} called for ${key} and was answered ${span.status} (#${span.to})`;
    if (within.length === 0) {
      // What a call that failed has told of all the same may stand for the one that repeats it.
      if (is_owing && wasTold(earlier, outputs, span)) continue;
      found.push(
        broken(
          'LIVE-005',
          'lost message',
          [span.from, span.to],
          `${told}, and by then no completion of its own was published.`,
        ),
      );
      continue;
    }
    // What an earlier call left owing may come too, but does not stand in for a call with other flags.
    if (!within.some(({ message }) => isFlagged(message, body))) {
      found.push(
        broken(
          'BACK-006',
          'backfill leak',
          [span.from, ...within.map(({ sequence }) => sequence), span.to],
          `${told}; no completion of it carries the flags that it was called with.`,
        ),
      );
    }
    if (is_owing) continue;
    const ids = new Set(within.map(({ message }) => text(message, 'execution_id')));
    const before = outputs.filter(({ sequence }) => sequence < span.from);
    const is_old = before.some(({ message }) => ids.has(text(message, 'execution_id')));
    const events = [span.from, ...within.map(({ sequence }) => sequence)];
    if (ids.size > 1)
      found.push(broken('LIVE-005', 'double run', events, `${told}; it made ${ids.size} runs.`));
    if (is_old) {
      found.push(
        broken(
          'LIVE-005',
          'repeated message',
          events,
          `${told}; it told of a run again that an earlier call had made.`,
        ),
      );
    }
  }
  const last = calls.at(-1);
  if (last !== undefined && !calls.some(({ span }) => span.acked)) {
    found.push(
      broken(
        'LIVE-005',
        'refused message',
        [last.span.from],
        `${key} was called for ${calls.length} times, and no call was served, the last with ${last.span.status} (#${last.span.to}).`,
      ),
    );
  }
  const runs = runsIn(outputs);
  if (!isDisturbed(history) && runs.length > calls.length) {
    found.push(
      broken(
        'LIVE-005',
        'double run',
        runs.map(({ first }) => first.sequence),
        `${key} was called for ${calls.length} times and has ${runs.length} runs.`,
      ),
    );
  }
  return [...found, ...judgeTwice(history, spans, runs, 'LIVE-005')];
}

/** Whether a call that was not served had told of a run before another call. */
function wasTold(
  earlier: readonly Call[],
  outputs: readonly PublishEvent[],
  { from }: Pick<Span, 'from'>,
): boolean {
  return earlier.some(
    ({ span }) => !span.acked && outputs.some(({ sequence }) => sequence > span.from && sequence < from),
  );
}
