/** A component that could not be started or reached; never the target's verdict, but the environment's. */
export class TargetUnavailableError extends Error {}

/** A component that runs. */
export interface RunningComponent {
  /** Base URL without a trailing slash. */
  url(): string;
  /** What it printed so far, newest last; empty for a component that the judge did not start. */
  output(): readonly string[];
  /** Whether the judge started it and can kill and start it again. */
  readonly owned: boolean;
  /** Ends it at once, as a crash would; one that runs on its own is restarted by the target's hook, if it offers one. */
  kill(): Promise<void>;
  /** Starts it again after it was killed. */
  restart(): Promise<void>;
  /** Ends it: SIGTERM, and SIGKILL when it is still there after five seconds. */
  stop(): Promise<void>;
}

/** Where the cloud is that a component is to use. */
export interface CloudAddress {
  readonly project: string;
  readonly pubsub_host: string;
  readonly firestore_host: string;
}
