import type { DeliveryEvent } from '../../history/events.ts';
import type { Delivery } from '../courier/courier.ts';
import type { Calendar } from '../messages/dates.ts';

/** How far the work of a case is. */
export interface Standing {
  readonly is_whole: boolean;
  /** Grows with everything that comes. */
  readonly progress: number;
}

/** What a world in a project has beside the others: real topics, own dates, and components that want to know who calls. */
export interface ProjectSide {
  readonly calendar: Calendar;
  /** Publishes to the real topic instead of delivering; the event has the broker's message id. */
  publish(
    delivery: Pick<Delivery, 'component' | 'topic' | 'message' | 'attributes' | 'data' | 'defect'>,
    marks: readonly string[],
  ): Promise<DeliveryEvent>;
  /**
   * Resolves when nothing that is owed is missing, or nothing has come for as long as one effect may take; then a
   * sentinel has gone through each of `components` that has one.
   *
   * @param state asked after each event: whether all is there, and how much has come so far.
   */
  settle(state: () => Standing, components: readonly string[]): Promise<void>;
  /** The headers of a call. */
  headersFor(url: string): Promise<Readonly<Record<string, string>>>;
}
