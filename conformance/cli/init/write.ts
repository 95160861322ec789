import { TOPIC } from '../../../generated/topology.ts';
import { CONTRACT } from '../../../generated/version.ts';
import { COMPONENT_NAMES, type ComponentName, type Profile } from '../../contract/names.ts';
import { pagePath } from '../../contract/program.ts';
import { SUPPORTED_VERSIONS } from '../../contract/versions.ts';
import type { DeliveryDescription } from '../../targets/description.ts';
import type { Host } from './hosts.ts';

/** What is known of an implementation before its file is written. */
export interface Sketch {
  readonly name: string;
  readonly components: readonly ComponentName[];
  /** Words of the command that starts each component; null when it runs at `url` or is still to be filled in. */
  readonly command: readonly string[] | null;
  readonly url: string | null;
  readonly profiles: readonly Profile[];
  readonly form: DeliveryDescription['form'];
  readonly language: Language;
  /** Settings that the command needs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A host that is known: its file is short, since little is left to say. */
  readonly host?: Host;
}

/** Commands that are usual in a language, to be corrected by the author. */
export const LANGUAGES = {
  python: ['python3', 'main.py'],
  node: ['node', 'main.js'],
  go: ['go', 'run', '.'],
  java: ['java', '-jar', 'service.jar'],
  other: ['./start'],
} as const satisfies Record<string, readonly string[]>;
export type Language = keyof typeof LANGUAGES;

const OWN: Readonly<Record<ComponentName, readonly Profile[]>> = {
  'phase1-scrapers': ['message', 'phase-1'],
  'phase2-raw': ['message', 'phase-2'],
  'phase3-analytics': ['message', 'phase-3'],
  'phase3-to-phase4-orchestrator': ['message', 'fan-in'],
  'phase4-precompute': ['message', 'phase-4'],
  'phase4-orchestrator': ['message', 'cascade'],
  'phase5-coordinator': ['message', 'coordinator'],
  'phase5-worker': ['message', 'phase-5'],
};

/** List the profiles that components are usually claimed for, in the order of the contract. */
export function usualProfiles(components: readonly ComponentName[]): readonly Profile[] {
  const ordered = COMPONENT_NAMES.filter((name) => components.includes(name));
  return [...new Set(ordered.flatMap((name) => OWN[name]))];
}

/** Write a target file with comments on every field that an author may need. */
export function writeTarget(sketch: Sketch): string {
  if (sketch.host !== undefined) return hostedTarget(sketch, sketch.host);
  return [
    `# Describes ${oneLine(sketch.name)} to the judge; ${pagePath('docs/targets.md')} explains every field.`,
    `name: ${JSON.stringify(sketch.name)}`,
    '# What is claimed, and so judged. "state" too, if documents are kept as the contract describes them.',
    `profiles: [${sketch.profiles.join(', ')}]`,
    '# How long until work of a dead instance can be taken over: your longest lease, and a little more. Set leases short below.',
    'recovery_seconds: 10',
    '# Settings of every component, beside those that the judge hands over.',
    settings(sketch.environment) ?? '# environment: { LEASE_SECONDS: "3" }',
    '# The names under which the judge hands over project, hosts and port, if yours differ.',
    '# environment_names: { project: GCP_PROJECT }',
    ...readiness(sketch),
    `delivery: { form: ${sketch.form} } # and path: /, if all topics go to one path instead of the contract's`,
    'components:',
    ...sketch.components.flatMap((name) => component(name, sketch)),
    ...LATER,
    '',
  ].join('\n');
}

/** Write what a usual host needs and nothing more: docs/python.md explains each line. */
function hostedTarget({ name, profiles, components, environment }: Sketch, host: Host): string {
  const set = settings({ ...host.environment, ...environment });
  return [
    `# Describes ${oneLine(name)}, ${host.words}, to the judge; ${pagePath('docs/python.md')} explains each line.`,
    `name: ${JSON.stringify(name)}`,
    `profiles: [${profiles.join(', ')}]`,
    ...(host.has === undefined ? [] : [`has: ${host.has}`]),
    'recovery_seconds: 10 # your longest lease, and a little more; set leases short in the environment',
    ...(set === undefined ? [] : [`${set}${host.because === undefined ? '' : ` # ${host.because}`}`]),
    `ready: ${host.ready}`,
    `delivery: { form: ${host.form}, path: ${host.path ?? '/'} }`,
    'components:',
    ...components.flatMap((one) => [`  ${one}:`, `    command: ${JSON.stringify(host.command)}`]),
    '',
  ].join('\n');
}

function settings(environment: Readonly<Record<string, string>> = {}): string | undefined {
  const pairs = Object.entries(environment).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return pairs.length === 0 ? undefined : `environment: { ${pairs.join(', ')} }`;
}

function readiness({ url }: Sketch): readonly string[] {
  if (url !== null) return ['# The judge waits until this path answers 2xx.', 'ready: { health: / }'];
  return [
    '# A line of output that says it listens; the group named url says where. Or a path that answers 2xx: { health: /health }',
    'ready: { stdout: "listening on (?<url>http://[^ ]+)" }',
  ];
}

function component(name: ComponentName, { command, url, language }: Sketch): readonly string[] {
  if (url !== null) return [`  ${name}:`, `    url: ${JSON.stringify(url)}`];
  const words = command ?? LANGUAGES[language];
  const hint = command === null ? ' # correct this; it runs in the folder of this file' : '';
  return [`  ${name}:`, `    command: ${JSON.stringify(words)}${hint}`];
}

const LATER: readonly string[] = [
  '# The version of the contract that you keep, if it is not that of the judge; during a rollout one as sender and one as receiver.',
  `# contract: { sends: ${SUPPORTED_VERSIONS[0]}, receives: ${CONTRACT.version} }`,
  '# One program that serves several components and says "NAME listening on URL" for each; quick runs start it.',
  '# together: { command: [./start, "{components}"] }',
  '# Names that differ: the contract’s on the left, yours on the right.',
  '# names:',
  `#   topics: { ${TOPIC.phase4Trigger}: prod-phase4-trigger }`,
  '#   collections: { phase3_completion: phase3_state }',
  '# What you can do for the judge: seed rows, advance your clock, restart what it did not start.',
  '# hooks:',
  '#   advance_clock: { command: [./advance, "{seconds}"] }',
  '# The project in which it is deployed, for runs with --cloud project.',
  '# project:',
  '#   ids: [my-staging]',
  '#   urls: { phase5-coordinator: "https://…run.app" }',
  '# Requirements that are known to be broken, each with its reason; an entry that is kept again fails the run.',
  '# known_differences:',
  '#   - { requirement: FANIN-007, reason: fixed by the next release }',
];

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
