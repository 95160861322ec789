import type { Kind } from '../deploy/topology/resource.ts';

/** One way in which a project is not what the contract says. */
export interface Finding {
  /**
   * `missing`: the contract wants it. `different`: a setting is not as the contract wants it. `unknown`: the contract
   * does not know it. `duplicate`: two subscriptions deliver every message
   * twice, or two policies tell every incident twice. `orphan`: its topic is gone.
   * `unread`: a topic that nobody reads. `silent`: a policy that notifies nobody while others do. `off`: a scheduler job that does not run. `on`: a fall-back that does.
   * `stuck`: a subscription that cannot write to BigQuery.
   * `revision`: traffic that does not go to the newest code.
   */
  readonly drift:
    | 'missing'
    | 'different'
    | 'unknown'
    | 'duplicate'
    | 'orphan'
    | 'unread'
    | 'silent'
    | 'off'
    | 'on'
    | 'revision'
    | 'stuck';
  readonly kind: Kind;
  readonly name: string;
  /** What was found, as a sentence. */
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
}
