import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type Contract, readContract } from '../contract.ts';
import { compareVersions } from './frozen.ts';

const FOLDER = new URL('../../../conformance/requirements/released/', import.meta.url);

/** List the versions of the contract that are stored as they were released, the oldest first. */
export function releasedVersions(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort(compareVersions);
}

/** Read a released contract by its version, such as `1.0.0`; undefined when no such version is stored. */
export function releasedContract(version: string): Contract | undefined {
  const file = new URL(`${version}.yaml`, FOLDER);
  if (!/^\d+\.\d+\.\d+$/.test(version) || !existsSync(file)) return undefined;
  return readContract(readFileSync(file, 'utf8'), `contract ${version}`);
}

/** Read every contract that was released, the oldest first. */
export function releasedContracts(): readonly Contract[] {
  return releasedVersions().flatMap((version) => releasedContract(version) ?? []);
}
