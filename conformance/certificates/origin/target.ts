import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { COMPONENT_NAMES, type ComponentName, PROFILES } from '../../contract/names.ts';
import { type ComponentDescription, HOOK_NAMES, type Target } from '../../targets/description.ts';
import { readTarget } from '../../targets/load.ts';
import type { CertifiedComponent, CertifiedTarget, Digested, Statement } from '../certificate.ts';
import { inForm } from './form.ts';

/** What the command line says of a target besides its file. */
export interface SaidOfTarget {
  /** Files and folders that belong to the program. */
  readonly files: readonly string[];
  /** By component: a deployed revision, or whatever tells which program ran. */
  readonly declared: Readonly<Partial<Record<string, string>>>;
}

/** Describe a target as a certificate does: what it claims, and which files and images its commands name. */
export function certifiedTarget(target: Target, said: SaidOfTarget): CertifiedTarget {
  return inForm({
    name: target.name,
    file: target.file.split(path.sep).join('/'),
    file_sha256: digestOf(readFileSync(target.file)),
    profiles: target.profiles,
    contract: target.contract,
    ...(target.sends.join() === target.contract ? {} : { sends: target.sends }),
    store: target.store,
    recovery_seconds: target.recovery_seconds,
    has: target.has,
    fields: target.names.fields,
    hooks: HOOK_NAMES.filter((name) => target.hooks[name] !== undefined),
    seeds: Object.keys(target.seeds),
    known_differences: target.known_differences.map(({ requirement, reason }) => ({ requirement, reason })),
    components: COMPONENT_NAMES.flatMap((name) => {
      const component = target.components[name];
      return component === undefined ? [] : [certifiedComponent(name, component, target.directory, said)];
    }),
    files: said.files.map((file) => digestedAt(path.resolve(file), target.directory)),
  });
}

function certifiedComponent(
  name: ComponentName,
  { command, url, contract }: ComponentDescription,
  directory: string,
  { declared }: SaidOfTarget,
): CertifiedComponent {
  const words = command ?? [];
  const files = words
    .map((word) => path.resolve(directory, word))
    .filter((file) => existsSync(file) && statSync(file).isFile());
  return {
    name,
    started_by: command !== null ? 'command' : url !== null ? 'url' : 'nobody',
    files: [...new Set(files)].map((file) => digestedAt(file, directory)),
    image: words.map(imageOf).find((image) => image !== null) ?? null,
    declared: declared[name] ?? null,
    ...(contract === undefined ? {} : { contract }),
  };
}

/** An image is known only where the command names it by its digest. */
function imageOf(word: string): Digested | null {
  const [, name, sha256] = /^(\S+)@sha256:([0-9a-f]{64})$/.exec(word) ?? [];
  return name === undefined || sha256 === undefined ? null : { name, sha256 };
}

/** What is installed or fetched belongs to nobody's program. */
const NOT_OWN = ['node_modules', '.git', '__pycache__', '.venv'];

function digestedAt(place: string, directory: string): Digested {
  const name = path.relative(directory, place).split(path.sep).join('/');
  if (statSync(place).isFile()) return { name, sha256: digestOf(readFileSync(place)) };
  const lines = filesBelow(place)
    .map((file) => path.relative(place, file).split(path.sep).join('/'))
    .sort()
    .map((file) => `${digestOf(readFileSync(path.join(place, file)))}  ./${file}\n`);
  return { name: `${name}/`, sha256: digestOf(lines.join('')) };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_OWN.includes(name))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(file);
      return entry.isFile() ? [file] : [];
    });
}

/** List what a certificate is about, as in-toto wants it: the description as a whole, then every file and image. */
export function subjectsOf(target: CertifiedTarget): Statement['subject'] {
  const parts = [
    ...target.files,
    ...target.components.flatMap(({ files, image }) => [...files, ...(image === null ? [] : [image])]),
  ];
  const whole = { name: target.name, sha256: digestOf(JSON.stringify(target)) };
  const all = new Map([whole, ...parts].map((one) => [`${one.name} ${one.sha256}`, one]));
  return [...all.values()].map(({ name, sha256 }) => ({ name, digest: { sha256 } }));
}

/** Compute a SHA-256 digest in hexadecimal digits. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Make of a description what verdicts are decided with; what a verdict does not depend on has the values of an empty target.
 */
export function judgedTarget(certified: CertifiedTarget): Target {
  const empty = readTarget(certified.file, EMPTY);
  const hook = { command: null, request: null, timeout_seconds: 1 };
  const known = COMPONENT_NAMES.flatMap((name) => {
    const component = certified.components.find((one) => one.name === name);
    return component === undefined ? [] : [[name, startedLike(component, empty)] as const];
  });
  return {
    ...empty,
    name: certified.name,
    profiles: PROFILES.filter((profile) => certified.profiles.includes(profile)),
    contract: certified.contract,
    sends: certified.sends ?? [certified.contract],
    store: certified.store,
    recovery_seconds: certified.recovery_seconds,
    has: certified.has,
    names: { ...empty.names, fields: certified.fields },
    components: Object.fromEntries(known),
    hooks: Object.fromEntries(certified.hooks.map((name) => [name, hook])),
    seeds: Object.fromEntries(certified.seeds.map((name) => [name, []])),
    known_differences: certified.known_differences,
  };
}

const EMPTY = `name: empty\nrecovery_seconds: 1\nprofiles: [message]\ncomponents: { ${COMPONENT_NAMES[0]}: { command: [node] } }\n`;

function startedLike({ started_by, contract }: CertifiedComponent, empty: Target): ComponentDescription {
  const [any] = Object.values(empty.components);
  if (any === undefined) throw new Error('an empty target has one component');
  return {
    ...any,
    command: started_by === 'command' ? [] : null,
    url: started_by === 'url' ? 'http://127.0.0.1' : null,
    ...(contract === undefined ? {} : { contract }),
  };
}
