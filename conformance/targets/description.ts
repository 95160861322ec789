import type { ComponentName, Profile } from '../requirements/names.ts';

/** How the judge sees that a component is ready: a line on its output, or an answer of a URL. */
export type Readiness = { readonly stdout: string } | { readonly health: string };

/** How a component wants its messages. */
export interface DeliveryDescription {
  readonly form: 'push_envelope' | 'cloud_event_binary' | 'cloud_event_structured';
  /** One path for all topics; the contract's push path when left out. */
  readonly path?: string;
}

/** One component: a command that the judge starts, or the URL of something that runs. */
export interface ComponentDescription {
  readonly command: readonly string[] | null;
  readonly url: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly ready: Readiness;
  readonly delivery: DeliveryDescription;
}

/** One document that a seed writes; placeholders in braces are filled in. */
export interface SeedDocument {
  readonly path: string;
  /** Once per seed (default), or once per player. */
  readonly for_each: 'seed' | 'player';
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A requirement that the target is known not to keep, and why. */
export interface KnownDifference {
  readonly requirement: string;
  readonly reason: string;
}

/** Everything that the judge knows of an implementation; `target.schema.yaml` describes the file. */
export interface Target {
  readonly name: string;
  readonly file: string;
  /** Where commands run. */
  readonly directory: string;
  readonly profiles: readonly Profile[];
  /** The contract version that it claims to keep; what was asked later is no part of the claim. */
  readonly contract: string;
  readonly components: Readonly<Partial<Record<ComponentName, ComponentDescription>>>;
  /** Which environment variable carries what. */
  readonly environment_names: {
    readonly project: string;
    readonly pubsub_host: string;
    readonly firestore_host: string;
    readonly port: string;
  };
  /** After how many seconds work of an instance that is gone can be taken over. */
  readonly recovery_seconds: number;
  readonly seeds: Readonly<Record<string, readonly SeedDocument[]>>;
  readonly known_differences: readonly KnownDifference[];
}
