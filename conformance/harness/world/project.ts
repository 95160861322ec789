import type { Delivery } from '../courier/courier.ts';
import type { DeliveryEvent } from '../history/events.ts';
import type { Calendar } from '../messages/dates.ts';

/** What a world in a project has beside the others: real topics, own dates, and components that want to know who calls. */
export interface ProjectSide {
  readonly calendar: Calendar;
  /** Publishes to the real topic instead of delivering; the event has the broker's message id. */
  publish(
    delivery: Pick<Delivery, 'component' | 'topic' | 'message' | 'attributes' | 'data' | 'defect'>,
    marks: readonly string[],
  ): Promise<DeliveryEvent>;
  /**
   * Resolves when nothing that is owed is missing, or after the target's patience, and a sentinel went through each of
   * `components` that has one.
   *
   * @param isWhole asked after each event.
   */
  settle(isWhole: () => boolean, components: readonly string[]): Promise<void>;
  /** The headers of a call. */
  headersFor(url: string): Promise<Readonly<Record<string, string>>>;
}
