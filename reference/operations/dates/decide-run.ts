import { TABLE_READINESS } from '../../../generated/topology.ts';
import { registered } from '../../runs/output.ts';
import type { Standing } from './decide-standing.ts';
import { type Finding, isFresh, shortTime } from './finding.ts';

/**
 * Find what is wrong with one processor, or still under way.
 *
 * @param all  every standing of the date; an empty run is a cause only when nothing that it read was empty before it.
 */
export function findStanding(standing: Standing, all: readonly Standing[], now: string): readonly Finding[] {
  const { processor, state, run, claim, since } = standing;
  const about = { where: phaseOf(standing), subject: processor };
  const next = repair(standing);
  const at = run === null ? '' : shortTime(run.finished_at, now);
  const until = claim === null ? '' : shortTime(claim.lease_expires_at, now);
  switch (state) {
    case 'done':
    case 'waiting':
      return [];
    case 'failed': {
      const why = `${run?.error_type ?? 'no error_type'}: ${run?.error_message ?? 'no error_message'}`;
      return [
        {
          ...about,
          kind: 'problem',
          code: 'RUN_FAILED',
          sentence: `${processor} failed at ${at} with ${why}`,
          next,
        },
      ];
    }
    case 'empty':
      return findEmpty(standing, all, at, next);
    case 'owed': {
      const isHeld = claim?.held_by != null && claim.lease_expires_at > now;
      const topics = claim?.completions.filter(({ published_at }) => published_at === null) ?? [];
      const owed = `${processor} has ended and its completion on ${topics.map(({ topic }) => topic).join(' and ')} is not out`;
      return [
        isHeld
          ? {
              ...about,
              kind: 'wait',
              code: 'COMPLETION_OWED',
              sentence: `${owed}; ${claim.held_by} is publishing it until ${until}`,
              next: null,
            }
          : {
              ...about,
              kind: 'problem',
              code: 'COMPLETION_OWED',
              sentence: `${owed}; a redelivery of what started it sends it`,
              next,
            },
      ];
    }
    case 'working':
      return [
        {
          ...about,
          kind: 'wait',
          code: 'RUNNING',
          sentence: `${processor} is running; its claim stands until ${until}`,
          next: null,
        },
      ];
    case 'stuck':
      return [
        {
          ...about,
          kind: 'problem',
          code: 'CLAIM_EXPIRED',
          sentence: `${processor} was begun by ${claim?.held_by}, whose claim ran out at ${until}: that instance is gone`,
          next,
        },
      ];
    case 'due': {
      if (since === null) {
        return [{ ...about, kind: 'problem', code: 'NOT_RUN', sentence: `${processor} has not run`, next }];
      }
      const ready = `${processor} has no run, although all that it needs is there since ${shortTime(since, now)}`;
      return [
        isFresh(since, now)
          ? {
              ...about,
              kind: 'wait',
              code: 'NOT_RUN',
              sentence: `${ready}; word of it is on its way`,
              next: null,
            }
          : {
              ...about,
              kind: 'problem',
              code: 'NOT_RUN',
              sentence: `${ready}: the message was lost or refused`,
              next,
            },
      ];
    }
  }
}

function findEmpty(
  standing: Standing,
  all: readonly Standing[],
  at: string,
  next: readonly string[],
): readonly Finding[] {
  const { processor, run } = standing;
  const inherited = run?.upstream.some((source) => {
    return all.find((other) => other.processor === source.processor)?.state === 'empty';
  });
  if (inherited === true) return [];
  const readers = all.filter(({ run: reader }) => {
    return reader?.upstream.some((source) => source.processor === processor);
  });
  const isHarmless = [processor, ...readers.map((reader) => reader.processor)].some((name) =>
    TABLE_READINESS.may_be_empty.some((allowed) => allowed === name),
  );
  const sentence = `${processor} found no data at ${at}`;
  return [
    isHarmless
      ? {
          kind: 'note',
          code: 'RUN_EMPTY',
          where: phaseOf(standing),
          subject: processor,
          sentence: `${sentence}, which may be so`,
          next: null,
        }
      : {
          kind: 'problem',
          code: 'RUN_EMPTY',
          where: phaseOf(standing),
          subject: processor,
          sentence: `${sentence}; nothing that reads it can run`,
          next,
        },
  ];
}

/** The command that makes a processor run, or send what it owes. */
function repair({ phase, processor, run }: Standing): readonly string[] {
  switch (phase) {
    case 'phase_1_scrapers':
      return ['trigger', '1', '--scraper', processor];
    case 'phase_2_raw': {
      const scraper = run?.upstream[0]?.processor;
      // The same file would give the same again, so a failed load starts at its scraper.
      return scraper === undefined ? ['trigger', '2'] : ['trigger', '1', '--scraper', scraper];
    }
    case 'phase_3_analytics':
      return ['trigger', '3'];
    default:
      return [
        'trigger',
        '4',
        '--level',
        String(registered('phase_4_precompute', processor).level),
        '--again',
      ];
  }
}

/** Name the phase of a standing as an operator says it: `phase 3`. */
export function phaseOf({ phase }: Standing): string {
  return `phase ${phase.split('_')[1]}`;
}
