import type { Strategy } from '../../../conformance/exploration/engine/decide.ts';
import { chooseInOrder } from '../../../conformance/exploration/strategies/in-order.ts';

/** Create the strategy of one run: always the first step, never a fault. */
export function inOrder(): Strategy {
  return {
    name: 'in order',
    chooser: (run) => (run === 1 ? chooseInOrder() : undefined),
    learn: () => {},
  };
}
