export { createVirtualClock, type VirtualClock } from '../cloud/clock.ts';
export type { FaultEffect, FaultRule } from '../harness/faults/faults.ts';
export { buildMessage } from '../harness/messages/build.ts';
export type {
  AnswerEvent,
  DeliveryForm,
  History,
  HistoryEvent,
  Payload,
  PublishEvent,
} from '../history/events.ts';
export { fromJsonLines, toJsonLines } from '../history/json-lines.ts';
export { type BrokenPromise, checkNames, judgeBy } from '../testing/judge.ts';
export {
  openTestCloud,
  type TestCloud,
  type TestDelivery,
  type TestFault,
} from '../testing/test-cloud.ts';
