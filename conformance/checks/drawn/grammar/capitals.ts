import type { DrawnHistory, DrawnStep } from '../value/history.ts';

/** Of so many messages one has its execution_id in capitals, and of so many histories one the first message. */
const ONCE_IN = 7;
const FIRST = 3;

/**
 * Write the execution_id of some messages in capitals: the contract says that it is a UUID, and capitals are as good as small letters
 * (RFC 9562, section 4). Who has no correlation_id keeps small letters, since its execution_id travels on in its place, as a text.
 */
export function withCapitals(history: DrawnHistory, nth = 0): DrawnHistory {
  const isChosen = ({ n }: { readonly n: number }): boolean =>
    n % ONCE_IN === FIRST || (n === 1 && nth % ONCE_IN === FIRST);
  return { ...history, steps: history.steps.map((step) => capitalised(step, isChosen)) };
}

function capitalised(step: DrawnStep, isChosen: (one: { readonly n: number }) => boolean): DrawnStep {
  switch (step.do) {
    case 'deliver':
      return {
        ...step,
        parcels: step.parcels.map((parcel) =>
          isChosen(parcel) && parcel.correlation !== 'missing' && parcel.execution_of === undefined
            ? { ...parcel, capitals: true }
            : parcel,
        ),
      };
    case 'ask':
      return { ...step, asks: step.asks.map((ask) => (isChosen(ask) ? { ...ask, capitals: true } : ask)) };
    case 'answer':
      return isChosen(step) && step.execution_of === undefined ? { ...step, capitals: true } : step;
    default:
      return step;
  }
}
