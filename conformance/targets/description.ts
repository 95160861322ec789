import type { ComponentName, FeatureName, Profile } from '../contract/names.ts';

/** How the judge sees that a component is ready: a line on its output, or an answer of a URL. */
export type Readiness = ({ readonly stdout: string } | { readonly health: string }) & {
  /** How long a start may take. Default 30. */
  readonly timeout_seconds?: number;
};

/** How a component wants its messages. */
export interface DeliveryDescription {
  readonly form: 'push_envelope' | 'cloud_event_binary' | 'cloud_event_structured';
  /** One path for all topics; the contract's push path when left out. */
  readonly path?: string;
}

/** What a target, or one of its components, says of the contract: its versions as sender and as receiver. */
export interface ContractClaim {
  /** Versions of which one must allow what it sends. */
  readonly sends: readonly string[];
  /** The version whose messages it must take, and whose requirements it is asked. */
  readonly receives: string;
}

/**
 * One component: a command that the judge starts, or the URL of something that runs; neither for one that is deployed
 * and met through the topics of its project only.
 */
export interface ComponentDescription {
  readonly command: readonly string[] | null;
  readonly url: string | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly ready: Readiness;
  readonly delivery: DeliveryDescription;
  /** Its versions of the contract, where they are not those of the target. */
  readonly contract?: ContractClaim;
  /** How long to wait for one that runs on its own. */
  readonly wait_seconds: number;
}

/** One program that serves several components. */
export interface TogetherDescription {
  /** `{components}` stands for their names, with commas between them. */
  readonly command: readonly string[];
  readonly components: readonly ComponentName[];
  readonly environment: Readonly<Record<string, string>>;
  /** Matches a line of each component, whose groups are `component` and `url`. */
  readonly ready: { readonly stdout: string; readonly timeout_seconds?: number };
}

/** One document that a seed writes; placeholders in braces are filled in. */
export interface SeedDocument {
  readonly path: string;
  /** Once per seed (default), or once per player. */
  readonly for_each: 'seed' | 'player';
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One HTTP call that the target offers to the judge; placeholders in braces are filled in. */
export interface HookRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** A whole URL, or the path of `component`. */
  readonly url: string | null;
  readonly component: ComponentName | null;
  readonly path: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; everything that the judge knows when left out. */
  readonly body?: unknown;
}

/** How the target does something that the judge cannot do from outside: a call, or a command that ends with 0. */
export interface Hook {
  readonly request: HookRequest | null;
  readonly command: readonly string[] | null;
  readonly timeout_seconds: number;
}

/** What a target may offer, by name. */
export const HOOK_NAMES = ['seed_feature_store', 'seed_predictions', 'advance_clock', 'restart'] as const;
export type HookName = (typeof HOOK_NAMES)[number];

/** Names of the target where they differ from the contract's: contract name to actual name. */
export interface NamesDescription {
  readonly topics: Readonly<Record<string, string>>;
  /** Root collections of Firestore. */
  readonly collections: Readonly<Record<string, string>>;
  /** Fields of messages, by their path in the contract, such as `metadata.upstream.execution_id`; the last part is renamed. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Days from `from` to `to`, both included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** The Google Cloud project in which the target is deployed, and what a run there may touch. */
export interface ProjectDescription {
  /** Projects that may be judged. */
  readonly ids: readonly string[];
  /** How long one effect may take: the longest pause of a redelivery, and the work itself. */
  readonly patience_seconds: number;
  /** Game dates that real games never have and every component takes for coming ones; tests use no others. */
  readonly reserved_dates: DateRange;
  /** The same for dates that are past. */
  readonly past_dates: DateRange;
  /** Whether its scrapers find games on reserved dates, so that a whole date can go through. */
  readonly scrapes_reserved_dates: boolean;
  /** Where it keeps documents of a date, beside the contract's and the seeds' paths. */
  readonly documents: readonly string[];
  /** Where components can be called; the others are met through their topics only. */
  readonly urls: Readonly<Partial<Record<ComponentName, string>>>;
  readonly identity: {
    /** Whom to call as; null for whoever runs the judge. */
    readonly service_account: string | null;
    /** For whom tokens are made; null for the component's own URL. */
    readonly audience: string | null;
  };
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
  /** The contract version that it claims to keep as a receiver; what was asked later is no part of the claim. */
  readonly contract: string;
  /** The versions of which one must allow what it sends. */
  readonly sends: readonly string[];
  /** The released version that is live, where it is asked whether that survives the messages of later versions. */
  readonly against?: string;
  readonly components: Readonly<Partial<Record<ComponentName, ComponentDescription>>>;
  /** Components that run on their own because the command line says so, whatever the file says, with their URLs. */
  readonly attached: Readonly<Partial<Record<ComponentName, string>>>;
  /** For runs that need no component alone; null when there is no such program. */
  readonly together: TogetherDescription | null;
  /** Which environment variable carries what. */
  readonly environment_names: {
    readonly project: string;
    readonly pubsub_host: string;
    readonly firestore_host: string;
    readonly port: string;
  };
  /** After how many seconds work of an instance that is gone can be taken over. */
  readonly recovery_seconds: number;
  /** Where it keeps its state; the judge sees no call of a store of its own. */
  readonly store: 'cloud' | 'own';
  /** What it offers; what it does not is judged nowhere, and told in every report. */
  readonly has: Readonly<Record<FeatureName, boolean>>;
  readonly names: NamesDescription;
  readonly hooks: Readonly<Partial<Record<HookName, Hook>>>;
  readonly seeds: Readonly<Record<string, readonly SeedDocument[]>>;
  readonly project: ProjectDescription;
  readonly known_differences: readonly KnownDifference[];
}
