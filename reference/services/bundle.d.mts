import type { Plugin } from 'esbuild';

/** What goes into one bundle: a program whose imports start at the repository's root, and packages that stay outside. */
export interface BundleOptions {
  readonly code: string;
  readonly folder: string;
  readonly external?: readonly string[];
  /** See every source before the bundler does. */
  readonly plugins?: readonly Plugin[];
}

/** Write a program with everything that it imports as `index.mjs`, and the figures beside it. */
export function bundle(options: BundleOptions): Promise<void>;

/** Give the path of the bundle of all services as the sources are now, made when there is none. */
export function freshServices(): Promise<string>;
