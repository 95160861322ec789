export { createVirtualClock, type VirtualClock } from '../conformance/cloud/clock.ts';
export type { FaultEffect, FaultRule } from '../conformance/harness/faults/faults.ts';
export { buildMessage } from '../conformance/harness/messages/build.ts';
export type {
  AnswerEvent,
  DeliveryForm,
  History,
  HistoryEvent,
  Payload,
  PublishEvent,
} from '../conformance/history/events.ts';
export { fromJsonLines, toJsonLines } from '../conformance/history/json-lines.ts';
export { type BrokenPromise, checkNames, judgeBy } from '../conformance/testing/judge.ts';
export {
  openTestCloud,
  type TestCloud,
  type TestDelivery,
  type TestFault,
} from '../conformance/testing/test-cloud.ts';
