import type { TestProject } from 'vitest/node';
import { installPackage, removeInstalled } from './installed.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the archive and the folder are in which it is installed. */
    readonly package_place: string;
  }
}

/** Packs and installs once for all test files, which would overwrite each other's `lib/` otherwise. */
export async function setup(project: TestProject): Promise<() => void> {
  const place = await installPackage();
  project.provide('package_place', place);
  return () => removeInstalled(place);
}
