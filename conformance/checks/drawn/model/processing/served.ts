import type { RequirementId } from '../../../../../generated/requirements.ts';
import type { RequestEvent } from '../../../../history/events.ts';
import type { Anomaly } from '../../../check.ts';
import { statusOf } from '../../../judging/answers.ts';
import type { Span } from '../predictions/spans.ts';
import { broken } from './runs.ts';

/** Tell who called, where the body does not say: Cloud Scheduler says so in a header, everybody else calls by hand. */
export function sourceOfCall({ headers = {} }: RequestEvent): 'scheduler' | 'manual' {
  return headers['X-CloudScheduler'] === 'true' ? 'scheduler' : 'manual';
}

/** Judge that a call with a wrong body was answered 400. @param refused  undefined for a call that is right */
export function judgeCallRefusal(
  span: Span,
  refused: RequirementId | undefined,
  what: string,
): readonly Anomaly[] {
  const is_answered = span.to !== Infinity && span.status !== null;
  if (!is_answered || (refused === undefined) === (span.status !== 400)) return [];
  const told = `#${span.from} asked for ${what} and was answered ${statusOf(span)} (#${span.to})`;
  if (refused === undefined) {
    return [
      broken('LIVE-005', 'refused message', [span.from, span.to], `${told}, although its body is right.`),
    ];
  }
  return [
    broken(
      refused,
      'wrong answer',
      [span.from, span.to],
      `${told} instead of 400, although its body is wrong.`,
    ),
  ];
}
