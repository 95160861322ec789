import { CONTRACT } from '../../generated/version.ts';
import type { ComponentName } from '../contract/names.ts';
import { isAskedBy, oldestOf, SUPPORTED_VERSIONS } from '../contract/versions.ts';
import type { ContractClaim, Target } from './description.ts';
import type { ContractFile } from './file.ts';

/** Read a claim; what it leaves out is as `base` says, and without one as the contract of today. */
export function claimOf(file: ContractFile | undefined, base?: ContractClaim): ContractClaim {
  if (typeof file === 'string') return { sends: [file], receives: file };
  return {
    sends: file?.sends === undefined ? (base?.sends ?? [CONTRACT.version]) : [file.sends],
    receives: file?.receives ?? base?.receives ?? CONTRACT.version,
  };
}

/** Which versions a component speaks. One that the target does not have counts as the target itself. */
export function claimOfComponent(target: Target, component: string): ContractClaim {
  const { contract: receives, sends } = target;
  return target.components[component as ComponentName]?.contract ?? { sends, receives };
}

/**
 * Let a target claim another version than its file says: it is asked what that version asked, and gets the messages of every
 * later one. So it shows whether a program that is live survives them. What it sends may be of that version or of a later
 * one, unless its file says of which.
 */
export function against(target: Target, version: string): Target {
  const later = SUPPORTED_VERSIONS.filter((one) => isAskedBy(one, { since: version }));
  const is_said = (sends: readonly string[]): boolean => sends.join() !== CONTRACT.version;
  const sendsOf = (sends: readonly string[]): readonly string[] => (is_said(sends) ? sends : later);
  const components = Object.fromEntries(
    Object.entries(target.components).map(([name, { contract, ...rest }]) => [
      name,
      contract === undefined
        ? rest
        : { ...rest, contract: { sends: sendsOf(contract.sends), receives: version } },
    ]),
  );
  return { ...target, contract: version, sends: sendsOf(target.sends), against: version, components };
}

/** Tell whether a target's claim is not the contract of today alone. */
export function isMixed(target: Target): boolean {
  return claimsOf(target).some(
    ({ sends, receives }) => receives !== CONTRACT.version || sends.join() !== CONTRACT.version,
  );
}

/** Say a claim in a word or two, such as `1.0.0`, or `1.0.0 as sender, 1.1.0 as receiver`. */
export function claimWords({ contract, sends, against: live }: Target): string {
  if (live !== undefined) return `${live}, against ${CONTRACT.version}`;
  return sends.join() === contract ? contract : `${sends.join(' or ')} as sender, ${contract} as receiver`;
}

/** Requirements of what a component sends; all others are asked of it as a receiver of messages and calls. */
const OF_SENDERS: readonly string[] = ['MSG-001', 'MSG-002', 'MSG-026', 'MSG-027', 'TOPO-001', 'TOPO-003'];

/** The requirement that is about versions that are live at the same time. */
const OF_MIXED_VERSIONS = 'MSG-028';

/** Name the version by which a requirement is asked of some components; of the whole target when none is named. */
export function askedVersion(target: Target, id: string, components: readonly string[] = []): string {
  if (id === OF_MIXED_VERSIONS && target.against !== undefined) return CONTRACT.version;
  const claims =
    components.length === 0
      ? claimsOf(target)
      : components.map((component) => claimOfComponent(target, component));
  return oldestOf(
    claims.flatMap(({ sends, receives }) => (OF_SENDERS.includes(id) ? [oldestOf(sends)] : [receives])),
  );
}

function claimsOf(target: Target): readonly ContractClaim[] {
  const own = Object.values(target.components).flatMap(({ contract }) => contract ?? []);
  return [{ sends: target.sends, receives: target.contract }, ...own];
}
