import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isNode, LineCounter, parse, parseDocument } from 'yaml';
import { CONTRACT } from '../../generated/topology.ts';
import { COMPONENT_NAMES, type ComponentName } from '../requirements/names.ts';
import {
  datesProblem,
  type FileProblem,
  hookProblem,
  nameProblem,
  togetherProblem,
  versionProblem,
} from './cross-checks.ts';
import type {
  ComponentDescription,
  DeliveryDescription,
  Hook,
  HookName,
  HookRequest,
  NamesDescription,
  ProjectDescription,
  Readiness,
  SeedDocument,
  Target,
  TogetherDescription,
} from './description.ts';

/** A target file that cannot be used; the message says file, line, what was expected and what to do. */
export class TargetError extends Error {}

const SCHEMA_FILE = fileURLToPath(new URL('target.schema.yaml', import.meta.url));
/** A component that runs on its own is up by now, or never. */
const WAIT_SECONDS = 10;
const DEFAULT_READY: Readiness = { stdout: 'listening on (?<url>https?://[^ ]+)' };
const READY_TOGETHER = { stdout: '(?<component>[a-z0-9-]+) listening on (?<url>https?://[^ ]+)' };

/** The target file as written, once it is valid. */
interface TargetFile {
  readonly name: string;
  readonly directory?: string;
  readonly profiles: Target['profiles'];
  readonly contract?: string;
  readonly recovery_seconds: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly environment_names?: Partial<Target['environment_names']>;
  readonly ready?: Readiness;
  readonly delivery?: DeliveryDescription;
  readonly components: Readonly<Record<string, ComponentFile>>;
  readonly together?: Partial<TogetherDescription> & Pick<TogetherDescription, 'command'>;
  readonly names?: Partial<NamesDescription>;
  readonly hooks?: Readonly<Partial<Record<HookName, HookFile>>>;
  readonly seeds?: Readonly<Record<string, readonly SeedDocument[]>>;
  readonly project?: ProjectFile;
  readonly known_differences?: Target['known_differences'];
}

type ProjectFile = Partial<Omit<ProjectDescription, 'identity'>> & {
  readonly identity?: { readonly service_account?: string; readonly audience?: string };
};

interface HookFile {
  readonly command?: readonly string[];
  readonly request?: Partial<HookRequest> & Pick<HookRequest, 'method'>;
  readonly timeout_seconds: number;
}

interface ComponentFile {
  readonly command?: readonly string[];
  readonly url?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ready?: Readiness;
  readonly delivery?: DeliveryDescription;
}

/**
 * Read a target description.
 *
 * @throws {TargetError} when the file is missing, is no YAML, or breaks target.schema.yaml.
 */
export function loadTarget(file: string): Target {
  return readTarget(file, readText(file));
}

/** Read a target description from its text; `file` is for messages and relative paths. */
export function readTarget(file: string, text: string): Target {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new TargetError(`${file}:${line}: expected YAML, ${firstLine(broken.message)}; correct the line`);
  }
  const content: unknown = document.toJS();
  const validateFile = new Ajv({ useDefaults: true, allErrors: false }).compile<TargetFile>(
    parse(readFileSync(SCHEMA_FILE, 'utf8')),
  );
  if (!validateFile(content)) {
    throw new TargetError(explain(file, document, lines, validateFile.errors?.[0]));
  }
  const problem =
    versionProblem(content) ??
    togetherProblem(content) ??
    nameProblem(content) ??
    hookProblem(content) ??
    datesProblem(content);
  if (problem !== undefined) throw new TargetError(at(file, document, lines, problem));
  return resolveTarget(file, content);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new TargetError(
      `${file}: expected a target file that can be read, got ${why}; name one with --target`,
    );
  }
}

function resolveTarget(file: string, content: TargetFile): Target {
  const folder = path.dirname(path.resolve(file));
  const components: Partial<Record<ComponentName, ComponentDescription>> = {};
  for (const name of COMPONENT_NAMES) {
    const component = content.components[name];
    if (component === undefined) continue;
    components[name] = {
      command: component.command ?? null,
      url: component.url?.replace(/\/$/, '') ?? null,
      environment: { ...content.environment, ...component.environment },
      ready: component.ready ?? content.ready ?? DEFAULT_READY,
      delivery: component.delivery ?? content.delivery ?? { form: 'push_envelope' },
      wait_seconds: WAIT_SECONDS,
    };
  }
  return {
    name: content.name,
    file,
    directory: path.resolve(folder, content.directory ?? '.'),
    profiles: content.profiles,
    contract: content.contract ?? CONTRACT.version,
    components,
    together: resolveTogether(content),
    environment_names: {
      project: 'GOOGLE_CLOUD_PROJECT',
      pubsub_host: 'PUBSUB_EMULATOR_HOST',
      firestore_host: 'FIRESTORE_EMULATOR_HOST',
      port: 'PORT',
      ...content.environment_names,
    },
    recovery_seconds: content.recovery_seconds,
    names: { topics: content.names?.topics ?? {}, collections: content.names?.collections ?? {} },
    hooks: Object.fromEntries(
      Object.entries(content.hooks ?? {}).map(([name, hook]) => [name, resolveHook(hook)]),
    ),
    seeds: content.seeds ?? {},
    project: resolveProject(content.project),
    known_differences: content.known_differences ?? [],
  };
}

function resolveTogether({ together, components, environment }: TargetFile): TogetherDescription | null {
  if (together === undefined) return null;
  return {
    command: together.command,
    components: together.components ?? COMPONENT_NAMES.filter((name) => hasNothingOfItsOwn(components[name])),
    environment: { ...environment, ...together.environment },
    ready: together.ready ?? READY_TOGETHER,
  };
}

function hasNothingOfItsOwn(component: ComponentFile | undefined): boolean {
  return component?.command !== undefined && component.environment === undefined;
}

/** Far from every season that was or will be planned while this judge is used. */
const RESERVED_DATES = { from: '2090-01-01', to: '2139-12-31' };
const PAST_DATES = { from: '1900-01-01', to: '1945-12-31' };
/** Two of the contract's shortest redelivery pauses, and the work. */
const PATIENCE_SECONDS = 180;

function resolveProject({ identity = {}, ...project }: ProjectFile = {}): ProjectDescription {
  const { service_account = null, audience = null } = identity;
  const urls = Object.entries(project.urls ?? {}).map(([name, url]) => [name, url.replace(/\/$/, '')]);
  return {
    ids: [],
    patience_seconds: PATIENCE_SECONDS,
    reserved_dates: RESERVED_DATES,
    past_dates: PAST_DATES,
    scrapes_reserved_dates: false,
    documents: [],
    ...project,
    urls: Object.fromEntries(urls),
    identity: { service_account, audience },
  };
}

function resolveHook({ command, request, timeout_seconds }: HookFile): Hook {
  const defaults = { url: null, component: null, path: null, headers: {} };
  return {
    command: command ?? null,
    request: request === undefined ? null : { ...defaults, ...request },
    timeout_seconds,
  };
}

function at(file: string, document: Document, lines: LineCounter, { steps, sentence }: FileProblem): string {
  const node = document.getIn(steps, true);
  const range = isNode(node) ? node.range : undefined;
  return `${file}:${lines.linePos(range?.[0] ?? 0).line}: ${steps.join('.')}: ${sentence}`;
}

function explain(
  file: string,
  document: Document,
  lines: LineCounter,
  error: ErrorObject | undefined,
): string {
  const steps = (error?.instancePath ?? '')
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/'));
  const node = document.getIn(steps, true);
  const range = isNode(node) ? node.range : undefined;
  const line = lines.linePos(range?.[0] ?? 0).line;
  const where = steps.length === 0 ? 'the file' : steps.join('.');
  const details = error?.params as Readonly<Record<string, unknown>> | undefined;
  const allowed = Array.isArray(details?.['allowedValues'])
    ? ` (${details['allowedValues'].join(', ')})`
    : '';
  const extra =
    typeof details?.['additionalProperty'] === 'string' ? ` "${details['additionalProperty']}"` : '';
  return `${file}:${line}: ${where} ${error?.message ?? 'is invalid'}${extra}${allowed}; see conformance/targets/target.schema.yaml`;
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
