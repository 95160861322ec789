import type { CallVerdict, CloudCall, Gate, Observer } from '../../cloud/calls.ts';

/** A call that waits for its verdict. */
export interface ParkedCall {
  readonly call: CloudCall;
  /** Resolves once: what the embedded cloud does with the call. */
  readonly release: (verdict: CallVerdict) => void;
}

/** Told what happens to the calls of one lot, synchronously. */
export interface LotListener {
  parked(call: ParkedCall): void;
  /** A call that was released has had its effect; its caller hears of it next. Not told of a call that hangs. */
  finished(sequence: number): void;
}

/** The calls of one case; while it is open they wait. */
export interface Lot {
  /** Serves what waits, and what comes later. */
  close(): void;
}

/** Parks calls of the embedded cloud for any number of cases at once. */
export interface GateParking {
  /** For the embedded cloud's `gate`. */
  readonly gate: Gate;
  /** For the embedded cloud's `observe`; whoever else wants to watch is called by the owner of the cloud. */
  readonly observe: Observer;
  /**
   * Parks every call from now on that `owns` says yes to and no lot opened before does.
   * Only calls that name their case can be told apart; the rest pass.
   */
  open(owns: (call: CloudCall) => boolean, listener: LotListener): Lot;
}

interface OpenLot {
  readonly owns: (call: CloudCall) => boolean;
  readonly listener: LotListener;
  readonly waiting: Set<ParkedCall>;
}

/** Create a parking. @param otherwise decides about calls that no lot owns. */
export function createGateParking(otherwise: Gate): GateParking {
  const lots = new Set<OpenLot>();
  /** Whose call it was, while it is being served. */
  const released = new Map<number, OpenLot>();

  const park = (lot: OpenLot, call: CloudCall): Promise<CallVerdict> =>
    new Promise((resolve) => {
      const parked: ParkedCall = {
        call,
        release(verdict) {
          if (!lot.waiting.delete(parked)) return;
          if (verdict.kind !== 'hang') released.set(call.sequence, lot);
          resolve(verdict);
        },
      };
      lot.waiting.add(parked);
      lot.listener.parked(parked);
    });

  return {
    gate(call) {
      for (const lot of lots) if (lot.owns(call)) return park(lot, call);
      return otherwise(call);
    },
    observe(event) {
      if (event.kind !== 'call') return;
      const lot = released.get(event.call.sequence);
      if (lot === undefined) return;
      released.delete(event.call.sequence);
      lot.listener.finished(event.call.sequence);
    },
    open(owns, listener) {
      const lot: OpenLot = { owns, listener, waiting: new Set() };
      lots.add(lot);
      return {
        close() {
          lots.delete(lot);
          for (const parked of [...lot.waiting]) parked.release({ kind: 'serve' });
        },
      };
    },
  };
}
