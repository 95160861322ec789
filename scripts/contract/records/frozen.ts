import { readdirSync, readFileSync } from 'node:fs';
import { at, type Json, type JsonObject, membersOf } from '../json.ts';

const FOLDER = new URL('../../../conformance/requirements/frozen/', import.meta.url);

/** What a contract version that was released asked, so that it is never changed afterwards. */
export interface FrozenVersion {
  /** Such as `1.0.0`. */
  readonly version: string;
  /** Level, profile and sentence by requirement id. */
  readonly requirements: JsonObject;
}

/**
 * Read the record of every released contract version, the oldest first.
 *
 * @throws {Error} when a record does not name its version, or holds no requirement.
 */
export function frozenVersions(): readonly FrozenVersion[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files
    .map((file) => frozenVersion(file, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))))
    .sort((one, other) => compareVersions(one.version, other.version));
}

/** Compare two versions such as 1.9.0 and 1.10.0 number by number: negative when the first is the older one. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

function frozenVersion(file: string, content: Json): FrozenVersion {
  const version = at(content, 'contract');
  const requirements = membersOf(at(content, 'requirements'));
  if (`${version}.json` === file && requirements.length > 0) {
    return { version: String(version), requirements: Object.fromEntries(requirements) };
  }
  throw new Error(
    `conformance/requirements/frozen/${file}: expected the contract version of its name and its requirements, got version ${version} with ${requirements.length}; restore it from version control`,
  );
}
