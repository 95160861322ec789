import { DELIVERY } from '../../generated/topology.ts';
import type { Logger } from '../ports/ports.ts';
import type { CheckCaller } from './caller.ts';
import { createGate, type Gate } from './gate.ts';
import type { CallerSettings } from './settings.ts';

/**
 * Make the gate of a component with the contract's size limit. Google's library is loaded only when callers are checked.
 *
 * @param callers  null lets everybody in, as on one machine.
 */
export async function openGate(callers: CallerSettings | null, log: Logger): Promise<Gate> {
  const check = callers === null ? null : await loadCheck(callers);
  return createGate({ check, body_bytes_max: DELIVERY.request_bytes_max, log });
}

async function loadCheck(callers: CallerSettings): Promise<CheckCaller> {
  const [{ createCallerCheck }, { createKeySource }] = await Promise.all([
    import('./caller.ts'),
    import('./keys.ts'),
  ]);
  return createCallerCheck(callers, createKeySource(callers.keys_url));
}
