import { REQUIREMENTS } from '../../generated/requirements.ts';
import type { Check } from '../checks/check.ts';
import type { ComponentName } from '../contract/names.ts';
import { isAskedBy } from '../contract/versions.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import { passageOf } from '../project/roads/passage.ts';
import type { Requirement } from '../requirements/catalogue.ts';
import { featureWords, notOffered } from '../requirements/features.ts';
import { askedVersion } from '../targets/claims.ts';
import type { Target } from '../targets/description.ts';

/** Why a check is not run: a reason that concerns the claim, the target or the cloud. */
export interface Obstacle {
  readonly kind: 'version' | 'profile' | 'component' | 'feature' | 'cloud' | 'target';
  readonly reason: string;
}

/** Find what keeps a check from being run; undefined when nothing does. */
export function obstacleOf(check: Check, target: Target, cloud: CloudKind): Obstacle | undefined {
  const asked = check.requirements.map((id) => later(id, REQUIREMENTS[id].since, target, check));
  const [reason] = asked;
  if (reason !== undefined && !asked.includes(undefined)) return { kind: 'version', reason };
  if (!target.profiles.includes(check.profile)) {
    return { kind: 'profile', reason: `the target does not claim the profile ${check.profile}` };
  }
  const missing = check.components.filter((name) => !isThere(target, name, cloud));
  if (missing.length > 0) return { kind: 'component', reason: `the target has no ${missing.join(', ')}` };
  const lacking = (check.uses ?? []).filter((name) => !target.has[name]);
  if (lacking.length > 0) return { kind: 'feature', reason: `not offered: ${featureWords(lacking)}` };
  if (cloud === 'project') {
    const passage = passageOf(check, target);
    if ('obstacle' in passage) return { kind: 'cloud', reason: passage.obstacle };
    return seedObstacle(check, target);
  }
  if (cloud === 'emulators' && check.needs.some(needsCalls)) {
    return { kind: 'cloud', reason: 'it needs control over single calls, which the emulators do not give' };
  }
  return storeObstacle(check, target) ?? seedObstacle(check, target) ?? startObstacle(check, target);
}

function storeObstacle(check: Check, { store }: Target): Obstacle | undefined {
  if (store === 'cloud' || !check.needs.includes('store-faults')) return undefined;
  const reason = 'the target keeps its state in a store of its own, whose commits the judge does not see';
  return { kind: 'cloud', reason };
}

/** A component that is only deployed is there for a project alone. */
function isThere(target: Target, name: ComponentName, cloud: CloudKind): boolean {
  const component = target.components[name];
  if (component === undefined) return false;
  return cloud === 'project' || component.command !== null || component.url !== null;
}

function seedObstacle(check: Check, target: Target): Obstacle | undefined {
  const has_seed =
    target.seeds['feature_store'] !== undefined || target.hooks.seed_feature_store !== undefined;
  if (!check.needs.includes('seeds') || has_seed) return undefined;
  const reason = 'the target describes no seed feature_store, and offers no hook seed_feature_store';
  return { kind: 'target', reason };
}

/** What the judge must be able to do to processes. */
function startObstacle(check: Check, target: Target): Obstacle | undefined {
  if (check.needs.includes('clock') && target.hooks.advance_clock === undefined) {
    return { kind: 'target', reason: 'the target offers no hook advance_clock' };
  }
  const lonely = (check.replicas ?? []).filter((name) => target.components[name]?.command === null);
  if (lonely.length > 0) {
    const reason = `${lonely.join(', ')} runs on its own, so that the judge cannot start a second instance; give it a command`;
    return { kind: 'target', reason };
  }
  const foreign = check.components.filter((name) => target.components[name]?.command === null);
  if (check.needs.includes('restart') && foreign.length > 0 && target.hooks.restart === undefined) {
    const reason = `${foreign.join(', ')} runs on its own and cannot be restarted; give it a command, or the target a hook restart`;
    return { kind: 'target', reason };
  }
  return undefined;
}

/** Say why a requirement is no part of what the target claims, when a later contract asked it; else undefined. */
export function laterThanClaim(
  { id, since, checks }: Pick<Requirement, 'id' | 'since' | 'checks'>,
  target: Target,
): string | undefined {
  if (checks.some((check) => later(id, since, target, check) === undefined)) return undefined;
  return later(id, since, target, checks[0]);
}

/** Tell whether a requirement is asked of the components of a check, by the versions that they claim. */
export function asks(target: Target, check: Check, id: string): boolean {
  const { since } = REQUIREMENTS[id as keyof typeof REQUIREMENTS] ?? { since: '0' };
  return later(id, since, target, check) === undefined;
}

function later(id: string, since: string, target: Target, check?: Check): string | undefined {
  const version = askedVersion(target, id, check?.components);
  if (isAskedBy(version, { since })) return undefined;
  return `it is asked since contract ${since}, and the target claims ${version}`;
}

/** Controls that only the embedded cloud gives. */
function needsCalls(need: Check['needs'][number]): boolean {
  return need.endsWith('-faults') || need === 'journal' || need === 'interleavings';
}

/** What becomes of a requirement none of whose checks was run. */
export function untested(
  requirement: Requirement,
  target: Target,
  cloud: CloudKind,
): { readonly result: 'failed' | 'not_applicable'; readonly reason: string } {
  const obstacles = requirement.checks.map((check) => obstacleOf(check, target, cloud));
  const known = obstacles.filter((obstacle) => obstacle !== undefined);
  if (!target.profiles.includes(requirement.profile)) {
    return {
      result: 'not_applicable',
      reason: `the target does not claim the profile ${requirement.profile}`,
    };
  }
  const lacking = notOffered(requirement, target);
  if (lacking !== undefined) return { result: 'not_applicable', reason: lacking };
  if (requirement.checks.length === 0) return { result: 'failed', reason: 'not testable: it has no check' };
  const without = known.find(({ kind }) => kind === 'feature');
  if (without !== undefined && known.every(({ kind }) => kind === 'feature')) {
    return { result: 'not_applicable', reason: without.reason };
  }
  const by_cloud = known.find(({ kind }) => kind === 'cloud');
  if (by_cloud !== undefined) return { result: 'not_applicable', reason: by_cloud.reason };
  const by_target = known.find(({ kind }) => kind === 'target');
  if (by_target !== undefined) return { result: 'failed', reason: `not testable: ${by_target.reason}` };
  const reason = known.find(({ kind }) => kind === 'component')?.reason ?? 'no check of it was run';
  // Messages and documents are judged of whatever components there are; other profiles are about components of their own.
  if (requirement.profile === 'message' || requirement.profile === 'state') {
    return { result: 'not_applicable', reason };
  }
  return { result: 'failed', reason: `not testable: ${reason}` };
}
