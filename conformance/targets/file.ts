import type {
  DeliveryDescription,
  HookName,
  HookRequest,
  NamesDescription,
  ProjectDescription,
  Readiness,
  SeedDocument,
  Target,
  TogetherDescription,
} from './description.ts';

/** The claim as a target file writes it. */
export type ContractFile = string | { readonly sends?: string; readonly receives?: string };

/** How it says when a component is ready; how long a start may take may stand alone. */
export type ReadinessFile = Readiness | { readonly timeout_seconds: number };

/** The target file as written, once `target.schema.yaml` holds. */
export interface TargetFile {
  readonly name: string;
  readonly directory?: string;
  readonly profiles: Target['profiles'];
  readonly contract?: ContractFile;
  readonly recovery_seconds: number;
  readonly store: Target['store'];
  readonly environment?: Readonly<Record<string, string>>;
  readonly environment_names?: Partial<Target['environment_names']>;
  readonly ready?: ReadinessFile;
  readonly delivery?: DeliveryDescription;
  readonly components: Readonly<Record<string, ComponentFile>>;
  readonly together?: Partial<TogetherDescription> & Pick<TogetherDescription, 'command'>;
  readonly has?: Partial<Target['has']>;
  readonly names?: Partial<NamesDescription>;
  readonly hooks?: Readonly<Partial<Record<HookName, HookFile>>>;
  readonly seeds?: Readonly<Record<string, readonly SeedDocument[]>>;
  readonly project?: ProjectFile;
  readonly known_differences?: Target['known_differences'];
}

/** What it says of a component. */
export interface ComponentFile {
  readonly command?: readonly string[];
  readonly url?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ready?: ReadinessFile;
  readonly delivery?: DeliveryDescription;
  readonly contract?: ContractFile;
}

/** What it says of a hook: a command or a request. */
export interface HookFile {
  readonly command?: readonly string[];
  readonly request?: Partial<HookRequest> & Pick<HookRequest, 'method'>;
  readonly timeout_seconds: number;
}

/** What it says of the project in which the target is deployed. */
export type ProjectFile = Partial<Omit<ProjectDescription, 'identity'>> & {
  readonly identity?: { readonly service_account?: string; readonly audience?: string };
};

/** What is wrong with a place of a target file that its schema alone cannot tell. */
export interface FileProblem {
  /** The way to the place, from the top of the file. */
  readonly steps: readonly string[];
  /** A key of that place which should not be there. */
  readonly key?: string;
  /** What was expected, what came, and what to do. */
  readonly sentence: string;
}
