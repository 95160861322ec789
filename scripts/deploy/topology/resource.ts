import type { Definition } from './contract.ts';

/** What kinds of things a deployment consists of, in the order in which those of one stage are made. */
export const KINDS = [
  'api',
  'service agent',
  'service account',
  'database',
  'ttl',
  'index',
  'topic',
  'log metric',
  'dataset',
  'table',
  'service',
  'function',
  'grant',
  'subscription',
  'view',
  'alert policy',
  'dashboard',
  'scheduler job',
] as const;

/** One kind of thing in a project. */
export type Kind = (typeof KINDS)[number];

/** One setting; null is "not set". Lists are written as text, sorted, so that two of them compare as text. */
export type Setting = string | number | boolean | null;

/** The settings of a resource by name, in the units that their names end with. */
export type Settings = Readonly<Record<string, Setting>>;

/** One thing that is to be in a project. Kind and name say which; settings say how. */
export interface Resource {
  readonly kind: Kind;
  readonly name: string;
  /** The stage that makes it, by name. */
  readonly stage: string;
  readonly settings: Settings;
  /** What is sent, for a thing that its service takes as a whole; the settings are its leaves. */
  readonly definition?: Definition;
}

/** One thing that is in a project, in the same words. */
export interface LiveResource {
  readonly kind: Kind;
  readonly name: string;
  readonly settings: Settings;
  /**
   * What only a live thing has: `ENABLED` or `PAUSED` for a scheduler job; for services and functions the revision that
   * gets the traffic, or `latest` while the newest one does; for a subscription that writes to BigQuery what Pub/Sub says
   * of it, `ACTIVE` while it writes.
   */
  readonly state?: string;
  /** The id that its service gave it, where that is not its name. */
  readonly id?: string;
  /** What a change has to know beside the settings: an etag to send back, the variables that are set. */
  readonly carried?: Definition;
}

/** Everything that was found in a project. */
export interface LiveProject {
  readonly project: string;
  /** The project's number, which addresses and service agents carry. */
  readonly number: string;
  readonly resources: readonly LiveResource[];
}

/** Find a live resource by kind and name. */
export function findLive(live: LiveProject, kind: Kind, name: string): LiveResource | undefined {
  return live.resources.find((one) => one.kind === kind && one.name === name);
}

/** List the names in such a text of names and values without commas. */
export function namesIn(text: Setting | undefined): readonly string[] {
  return typeof text === 'string' ? text.split(',').map((pair) => pair.split('=')[0] ?? '') : [];
}

/** Write members as text that does not depend on their order: `A=1,B=2`. */
export function asText(members: Readonly<Record<string, string>>): string {
  return Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}
