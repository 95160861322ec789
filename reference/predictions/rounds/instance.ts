import type { Ports } from '../../ports/ports.ts';
import type { Settings } from '../../ports/settings.ts';

/** Hold what one coordinator process works with. */
export interface Instance {
  readonly ports: Ports;
  readonly settings: Settings;
  /**
   * Owners of claims that this process could not give back, because the store was gone as well. It treats them as
   * free, so that it need not wait for its own lease once the store is back; other processes do. Losing this set
   * costs that wait and nothing else.
   */
  readonly abandoned: Set<string>;
}
