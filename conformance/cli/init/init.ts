import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COMPONENT_NAMES, PROFILES } from '../../contract/names.ts';
import { quoted } from '../../contract/program.ts';
import { readTarget } from '../../targets/load.ts';
import { UsageError } from '../exit-codes.ts';
import { HOST_NAMES } from './hosts.ts';
import { hostIn, lookAt, servicesBelow } from './looking/look.ts';
import { LANGUAGES, type Sketch, usualProfiles, writeTarget } from './write.ts';

/** The options of `conformance init`, as commander gives them. */
export interface InitOptions {
  readonly name?: string;
  readonly component: readonly string[];
  readonly command?: string;
  readonly url?: string;
  readonly profile: readonly string[];
  readonly form: string;
  readonly language: string;
  readonly from?: string;
  readonly force?: boolean;
}

const FORMS = ['push_envelope', 'cloud_event_binary', 'cloud_event_structured'] as const;

/**
 * Write a target file and say what to do next.
 *
 * @throws {UsageError} when an option is none of the known ones, or the file exists and may not be replaced.
 */
export function init(file: string, options: InitOptions): string {
  const { proposal, ...sketch } = proposed(file, options, sketchOf(file, options));
  if (existsSync(file) && options.force !== true) {
    throw new UsageError(`${file} exists already; name another file, or replace it with --force`);
  }
  const text = writeTarget(sketch);
  const target = readTarget(file, text);
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, text);
  const run = `npx conformance run${file === 'conformance.yaml' ? '' : ` --target ${quoted(file)}`}`;
  const steps = [
    ...(sketch.command === null && sketch.url === null && sketch.host === undefined
      ? [`correct the command in ${file}`, ...elsewhere(file)]
      : []),
    `${run} --quick    # seconds, while you work on it`,
    `${run}            # everything that ${target.profiles.join(', ')} promise`,
    `${run} --print-environment    # to start it yourself, in a debugger`,
  ];
  return `${file} is written${proposal === undefined ? '' : `, as ${proposal} suggests`}. Next:\n${steps.map((step, index) => `  ${index + 1}. ${step}\n`).join('')}`;
}

/** In a repository of several services each has a file of its own. */
function elsewhere(file: string): readonly string[] {
  const [first, ...more] = servicesBelow(path.dirname(path.resolve(file)));
  if (first === undefined) return [];
  const others =
    more.length === 0 ? '' : `; also ${more.slice(0, 3).join(', ')}${more.length > 3 ? ', …' : ''}`;
  return [`or begin where a service is: cd ${quoted(first)} && npx conformance init${others}`];
}

/** Add what the folder of the file suggests, where the options leave open how a component is started. */
function proposed(
  file: string,
  options: InitOptions,
  sketch: Sketch,
): Sketch & { readonly proposal?: string } {
  const folder = path.dirname(path.resolve(file));
  if (options.from !== undefined)
    return { ...sketch, host: hostIn(folder, oneOf('--from', HOST_NAMES, options.from)) };
  if (sketch.command !== null || sketch.url !== null || options.language !== 'other') return sketch;
  const found = lookAt(folder, sketch.components);
  if (found === undefined) return sketch;
  const { because: proposal, ...rest } = found;
  return { ...sketch, ...rest, proposal };
}

function sketchOf(file: string, options: InitOptions): Sketch {
  if (options.command !== undefined && options.url !== undefined) {
    throw new UsageError(
      '--command and --url exclude each other: the judge starts a program, or finds it there',
    );
  }
  if (options.from !== undefined && (options.command ?? options.url) !== undefined) {
    throw new UsageError('--from says how it is started, and excludes --command and --url');
  }
  if (options.url !== undefined && !/^https?:\/\//.test(options.url)) {
    throw new UsageError(`--url must begin with http:// or https://, got "${options.url}"`);
  }
  const components = options.component.map((name) => oneOf('--component', COMPONENT_NAMES, name));
  const chosen = components.length > 0 ? components : (['phase3-to-phase4-orchestrator'] as const);
  const profiles = options.profile.map((name) => oneOf('--profile', PROFILES, name));
  return {
    name: options.name ?? nameOf(file),
    components: [...new Set(chosen)],
    command: wordsOf(options.command),
    url: options.url ?? null,
    profiles: profiles.length > 0 ? [...new Set(profiles)] : usualProfiles(chosen),
    form: oneOf('--form', FORMS, options.form),
    language: oneOf('--language', Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[], options.language),
  };
}

/** A file with the usual name says nothing; its folder does. */
function nameOf(file: string): string {
  const name = path.basename(file).replace(/\.ya?ml$/, '');
  return (name === 'conformance' ? path.basename(path.dirname(path.resolve(file))) : name) || 'mine';
}

function oneOf<Name extends string>(flag: string, names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`${flag} must be one of ${names.join(', ')}, got "${text}"`);
}

/** Split a command at spaces outside quotes; a command of the file is a list, so no shell reads it. */
function wordsOf(command: string | undefined): readonly string[] | null {
  if (command === undefined) return null;
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  if (words.length > 0) return words;
  throw new UsageError('--command must name a program, got nothing');
}
