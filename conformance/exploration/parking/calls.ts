import type { CallVerdict, CloudCall } from '../../cloud/calls.ts';
import type { StepKind } from '../engine/simulation.ts';
import type { FaultName } from '../schedule/faults.ts';

/** gRPC status codes by number, so that this room needs no gRPC library. */
const PERMISSION_DENIED = 7;
const DEADLINE_EXCEEDED = 4;
const ABORTED = 10;
const UNAVAILABLE = 14;

/** Tell what the embedded cloud does with a parked call that a fault strikes, or none. */
export function verdictFor(fault: FaultName | undefined): CallVerdict {
  switch (fault) {
    case 'unavailable':
      return { kind: 'fail', code: UNAVAILABLE, message: 'made unavailable by the judge' };
    case 'refused':
      return { kind: 'fail', code: PERMISSION_DENIED, message: 'refused by the judge' };
    case 'aborted':
      return { kind: 'fail', code: ABORTED, message: 'aborted by the judge' };
    case 'deadline_before':
      return { kind: 'fail', code: DEADLINE_EXCEEDED, message: 'not done within the time, says the judge' };
    case 'deadline_after':
      return { kind: 'fail_after', code: DEADLINE_EXCEEDED, message: 'done, but the judge kept the answer' };
    case 'no_answer':
    case 'crash':
      return { kind: 'hang' };
    default:
      return { kind: 'serve' };
  }
}

const KINDS: Readonly<Record<string, StepKind>> = {
  Commit: 'commit',
  BatchWrite: 'commit',
  Publish: 'publish',
  BatchGetDocuments: 'read',
  GetDocument: 'read',
  RunQuery: 'read',
  RunAggregationQuery: 'read',
};

/** Sort a call among the kinds of steps. */
export function kindOfCall(call: CloudCall): StepKind {
  return KINDS[call.method] ?? 'call';
}

/** Name a call by what it is about: its method and the documents, collections or topic in its request. */
export function nameCall(call: CloudCall): string {
  const subjects = new Set<string>();
  visitStrings(call.request, (text) => {
    const found = /\/(?:documents|topics|subscriptions)\/(.+)$/.exec(text);
    if (found?.[1] !== undefined) subjects.add(found[1]);
  });
  return [call.method, ...[...subjects].sort()].join(' ');
}

const DEPTH_MAX = 16;

function visitStrings(value: unknown, visit: (text: string) => void, depth = 0): void {
  if (depth > DEPTH_MAX) return;
  if (typeof value === 'string') visit(value);
  else if (Buffer.isBuffer(value)) visit(value.toString('utf8'));
  else if (Array.isArray(value)) for (const element of value) visitStrings(element, visit, depth + 1);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      visit(key);
      visitStrings(member, visit, depth + 1);
    }
  }
}
