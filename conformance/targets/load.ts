import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isNode, LineCounter, parse, parseDocument } from 'yaml';
import { CONTRACT } from '../../generated/topology.ts';
import { isAskedBy } from '../requirements/catalogue.ts';
import { COMPONENT_NAMES, type ComponentName } from '../requirements/names.ts';
import type {
  ComponentDescription,
  DeliveryDescription,
  Readiness,
  SeedDocument,
  Target,
} from './description.ts';

/** A target file that cannot be used; the message says file, line, what was expected and what to do. */
export class TargetError extends Error {}

const SCHEMA_FILE = fileURLToPath(new URL('target.schema.yaml', import.meta.url));
const DEFAULT_READY: Readiness = { stdout: 'listening on (?<url>https?://[^ ]+)' };

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
  readonly seeds?: Readonly<Record<string, readonly SeedDocument[]>>;
  readonly known_differences?: Target['known_differences'];
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
  requireKnownVersion(file, document, lines, content.contract);
  return resolveTarget(file, content);
}

/** A version that this judge does not know could ask more than it can judge. */
function requireKnownVersion(
  file: string,
  document: Document,
  lines: LineCounter,
  version: string | undefined,
): void {
  if (version === undefined || isAskedBy(CONTRACT.version, { since: version })) return;
  const node = document.getIn(['contract'], true);
  const { line } = lines.linePos((isNode(node) ? node.range?.[0] : undefined) ?? 0);
  throw new TargetError(
    `${file}:${line}: expected a contract of this judge, ${CONTRACT.version} or earlier, got ${version}; use a newer judge or claim an earlier version`,
  );
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
    };
  }
  return {
    name: content.name,
    file,
    directory: path.resolve(folder, content.directory ?? '.'),
    profiles: content.profiles,
    contract: content.contract ?? CONTRACT.version,
    components,
    environment_names: {
      project: 'GOOGLE_CLOUD_PROJECT',
      pubsub_host: 'PUBSUB_EMULATOR_HOST',
      firestore_host: 'FIRESTORE_EMULATOR_HOST',
      port: 'PORT',
      ...content.environment_names,
    },
    recovery_seconds: content.recovery_seconds,
    seeds: content.seeds ?? {},
    known_differences: content.known_differences ?? [],
  };
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
