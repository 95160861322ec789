import { COMPONENT_NAMES, PROFILES } from '../../contract/names.ts';
import { SUPPORTED_VERSIONS } from '../../contract/versions.ts';
import { findRequirement } from '../../requirements/catalogue.ts';
import { HOOK_NAMES } from '../../targets/description.ts';
import { CertificateRefusedError, type CertifiedTarget, type Digested } from '../certificate.ts';

/**
 * Write the description of a target in the one order that `certify` writes it in.
 *
 * @throws {CertificateRefusedError} for names that the contract does not have.
 */
export function inForm(target: CertifiedTarget): CertifiedTarget {
  requireKnownNames(target);
  const { profiles, sends, has, fields, hooks, seeds, known_differences, components, files } = target;
  return {
    name: target.name,
    file: target.file,
    file_sha256: target.file_sha256,
    profiles: PROFILES.filter((profile) => profiles.includes(profile)),
    contract: target.contract,
    ...(sends === undefined ? {} : { sends }),
    store: target.store,
    recovery_seconds: target.recovery_seconds,
    has: { sweep: has.sweep, runs: has.runs },
    fields: Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))),
    hooks: HOOK_NAMES.filter((name) => hooks.includes(name)),
    seeds: [...new Set(seeds)].sort(),
    known_differences: known_differences.map(({ requirement, reason }) => ({ requirement, reason })),
    components: COMPONENT_NAMES.flatMap((name) => {
      const component = components.find((one) => one.name === name);
      if (component === undefined) return [];
      const { started_by, image, declared, contract } = component;
      return [
        {
          name,
          started_by,
          files: each(component.files),
          image: image === null ? null : inOrder(image),
          declared,
          ...(contract === undefined
            ? {}
            : { contract: { receives: contract.receives, sends: contract.sends } }),
        },
      ];
    }),
    files: each(files),
  };
}

function each(list: readonly Digested[]): readonly Digested[] {
  return [...new Map(list.map((one) => [one.name, inOrder(one)])).values()];
}

function inOrder({ name, sha256 }: Digested): Digested {
  return { name, sha256 };
}

function requireKnownNames(target: CertifiedTarget): void {
  const { profiles, contract, sends = [], known_differences, components } = target;
  requireAmong('profile', profiles, PROFILES);
  const claims = components.flatMap(({ contract: own }) =>
    own === undefined ? [] : [own.receives, ...own.sends],
  );
  requireAmong('contract version', [contract, ...sends, ...claims], SUPPORTED_VERSIONS);
  const names = components.map(({ name }) => name);
  requireAmong('component', names, COMPONENT_NAMES);
  const unknown = known_differences.find(({ requirement }) => findRequirement(requirement) === undefined);
  if (unknown === undefined) return;
  throw new CertificateRefusedError(
    `its known differences name ${unknown.requirement}, which the contract does not have`,
  );
}

function requireAmong(what: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new CertificateRefusedError(
    `the target has the ${what} ${JSON.stringify(unknown)}, which this contract does not have; it knows ${known.join(', ')}`,
  );
}
