import type { CloudCall } from '../../cloud/calls.ts';
import type { GateParking } from '../parking/gate.ts';
import type { Pace } from './silence/pace.ts';

/** One message of a case, as the judge hands it to the target. */
export interface StageMessage {
  /** For labels, such as `m3` or `player_game_summary`. */
  readonly name: string;
  /**
   * Delivers it once and resolves with the answer; never rejects. `attempt` counts from 1 for each copy. `copy` is 0 for
   * the message itself; copy 1, 2, … need a message id of their own when `is_new_id`, else the original's.
   */
  send(delivery: StageDelivery): Promise<{ readonly acked: boolean }>;
  /** Told that the delivery under way will not be waited for: its instance is gone or sleeps, and the next goes elsewhere. */
  readonly abandoned?: () => void;
}

/** Which delivery of a message. */
export interface StageDelivery {
  readonly attempt: number;
  readonly copy: number;
  readonly is_new_id: boolean;
}

/** What a stage is built from. */
export interface StageOptions<History> {
  readonly parking: GateParking;
  /** Which calls belong to this case; every call that matters must name the case, by its game date for instance. */
  readonly owns: (call: CloudCall) => boolean;
  readonly messages: readonly StageMessage[];
  /** Read when the run is over. */
  readonly history: () => History;
  /** After all is redelivered: lets leases run out, sweeps, waits for the sentinel. */
  readonly heal: () => Promise<void>;
  /**
   * Kills what serves this case at once, before it returns its promise, and starts it again. Only when no other case
   * is served by it. Left out: crashes are not offered.
   */
  readonly crash?: () => Promise<void>;
  /**
   * Moves the target's time past its leases; where nobody can, redeliveries go on until they are over by themselves.
   * Left out: zombies are not offered.
   */
  readonly expireLeases?: () => Promise<void>;
  /** Told when a caller that slept past its leases is served after all, by the label of its step. */
  readonly onWake?: (label: string) => void;
  /** Knows how long the target may be silent before it is taken to think; share it among the stages of one target. */
  readonly pace?: Pace;
  /** How long anything may take while nothing else can happen. Default 15,000. */
  readonly patience_ms?: number;
  /** After this many deliveries of one message it is given up. Default 12. */
  readonly attempts_max?: number;
}
