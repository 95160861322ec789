import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { type Document, isMap, isNode, isScalar, LineCounter, parse, parseDocument } from 'yaml';
import { errorWords } from '../contract/errors.ts';
import { COMPONENT_NAMES, type ComponentName, PROFILES } from '../contract/names.ts';
import { findProblem } from './checking/find.ts';
import { schemaProblem } from './checking/schema.ts';
import { claimOf } from './claims.ts';
import type {
  ComponentDescription,
  Hook,
  ProjectDescription,
  Readiness,
  Target,
  TogetherDescription,
} from './description.ts';
import type { ComponentFile, FileProblem, HookFile, ProjectFile, ReadinessFile, TargetFile } from './file.ts';
import { lastOf } from './naming.ts';

/** A target file that cannot be used; the message says file, line, what was expected and what to do. */
export class TargetError extends Error {}

const SCHEMA_FILE = fileURLToPath(new URL('target.schema.yaml', import.meta.url));
/** As target.schema.yaml refers to it; an editor reads that file, and the judge the same names from the code beside it. */
const NAMES = '../../generated/names.schema.json';
/** A component that runs on its own is up by now, or never. */
const WAIT_SECONDS = 10;
const DEFAULT_READY: Readiness = { stdout: 'listening on (?<url>https?://[^ ]+)' };
const READY_TOGETHER = { stdout: '(?<component>[a-z0-9-]+) listening on (?<url>https?://[^ ]+)' };

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
    throw new TargetError(`${file}:${line}: expected YAML, ${firstLine(broken)}; correct the line`);
  }
  const content = contentOf(file, document);
  const isTargetFile = validator();
  const problem = isTargetFile(content)
    ? findProblem(content, folderOf(file))
    : schemaProblem(isTargetFile.errors ?? []);
  if (problem !== undefined) throw new TargetError(at(file, document, lines, problem));
  return resolveTarget(file, content as TargetFile);
}

let compiled: ValidateFunction<TargetFile> | undefined;

/** Compiled at the first file; verbose, so that an error carries what it is about. */
function validator(): ValidateFunction<TargetFile> {
  if (compiled !== undefined) return compiled;
  const ajv = new Ajv({ useDefaults: true, allErrors: false, verbose: true, allowUnionTypes: true });
  ajv.addSchema(
    { definitions: { component_name: { enum: COMPONENT_NAMES }, profile_name: { enum: PROFILES } } },
    NAMES,
  );
  compiled = ajv.compile<TargetFile>(parse(readFileSync(SCHEMA_FILE, 'utf8')));
  return compiled;
}

function contentOf(file: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new TargetError(`${file}: expected YAML, ${firstLine(error)}; correct it`);
  }
}

function folderOf(file: string): string {
  return path.dirname(path.resolve(file));
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
  const components: Partial<Record<ComponentName, ComponentDescription>> = {};
  const claim = claimOf(content.contract);
  for (const name of COMPONENT_NAMES) {
    const component = content.components[name];
    if (component === undefined) continue;
    components[name] = {
      command: component.command ?? null,
      url: component.url?.replace(/\/$/, '') ?? null,
      environment: { ...content.environment, ...component.environment },
      ready: readyOf(component.ready, content.ready),
      delivery: component.delivery ?? content.delivery ?? { form: 'push_envelope' },
      wait_seconds: WAIT_SECONDS,
      ...(component.contract === undefined ? {} : { contract: claimOf(component.contract, claim) }),
    };
  }
  return {
    name: content.name,
    file,
    directory: path.resolve(folderOf(file), content.directory ?? '.'),
    profiles: content.profiles,
    contract: claim.receives,
    sends: claim.sends,
    components,
    attached: {},
    together: resolveTogether(content),
    environment_names: {
      project: 'GOOGLE_CLOUD_PROJECT',
      pubsub_host: 'PUBSUB_EMULATOR_HOST',
      firestore_host: 'FIRESTORE_EMULATOR_HOST',
      port: 'PORT',
      ...content.environment_names,
    },
    recovery_seconds: content.recovery_seconds,
    store: content.store,
    has: { sweep: true, runs: true, ...content.has },
    names: {
      topics: differing(content.names?.topics),
      collections: differing(content.names?.collections),
      fields: differing(content.names?.fields),
    },
    hooks: Object.fromEntries(
      Object.entries(content.hooks ?? {}).map(([name, hook]) => [name, resolveHook(hook)]),
    ),
    seeds: content.seeds ?? {},
    project: resolveProject(content.project),
    known_differences: content.known_differences ?? [],
  };
}

/** A name that is the contract's own, the last step of a field's path, is none that differs. */
function differing(names: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(names).filter(([contract, actual]) => lastOf(contract) !== actual),
  );
}

/** What stands nearest counts; a time alone is added to what says how. */
function readyOf(...files: readonly (ReadinessFile | undefined)[]): Readiness {
  const [nearest, ...others] = files;
  if (nearest === undefined) return others.length === 0 ? DEFAULT_READY : readyOf(...others);
  if ('stdout' in nearest || 'health' in nearest) return nearest;
  return { ...readyOf(...others), ...nearest };
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

function at(file: string, document: Document, lines: LineCounter, problem: FileProblem): string {
  const { steps, key, sentence } = problem;
  const { line } = lines.linePos(placeOf(document, steps, key));
  return `${file}:${line}: ${steps.length === 0 ? 'the file' : steps.join('.')}: ${sentence}`;
}

/** Where a place begins, or its key if one is named, or the nearest above it that is written. */
function placeOf(document: Document, steps: readonly string[], key?: string): number {
  const node = document.getIn(steps, true);
  const pair = isMap(node) ? node.items.find((one) => isScalar(one.key) && one.key.value === key) : undefined;
  const found = pair === undefined ? node : pair.key;
  if (isNode(found) && found.range != null) return found.range[0];
  return steps.length === 0 ? 0 : placeOf(document, steps.slice(0, -1));
}

function firstLine(error: unknown): string {
  const message = errorWords(error);
  return message.split('\n')[0] ?? message;
}
