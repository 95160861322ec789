import { isScheduler } from '../../http/request.ts';
import type { HttpAnswer, HttpRequest, Ports } from '../../ports/ports.ts';
import { getBatchStatus } from '../status/batch-status.ts';
import { sendDailySummary } from '../status/daily-summary.ts';
import { addressOfQuery } from './request.ts';

/**
 * Handle `GET /status`: how the batch of a date stands, and whether that is in time. The scheduled check also tells
 * people how the day stands.
 *
 * @returns 200, or 503 once the deadline has passed with too little coverage, so that a scheduled check can fail.
 * @throws {PipelineError} INVALID_REQUEST for a bad game_date or run; STORE_UNAVAILABLE.
 * @see asyncapi.yaml#/x-readiness, requirement COORD-010
 */
export async function handleStatus(ports: Ports, request: HttpRequest): Promise<HttpAnswer> {
  const status = await getBatchStatus(ports, addressOfQuery(request.query, ports.clock.now()));
  if (isScheduler(request)) sendDailySummary(ports, status);
  return { status: status.sla === 'missed' ? 503 : 200, body: { ...status } };
}
