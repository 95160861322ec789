import { execFile } from 'node:child_process';
import type { Json } from '../../history/events.ts';
import type { Hook, HookName, HookRequest, Target } from '../description.ts';
import { fillPlaceholders, findPlaceholders, type PlaceholderValues } from '../placeholders.ts';
import { TargetUnavailableError } from '../starting/running.ts';

/** What a hook needs to know of the run. */
export interface HookPorts {
  readonly target: Target;
  /** Base URL of a component. */
  urlOf(component: string): string;
  /** Base URLs of everything that runs, by instance. */
  running(): ReadonlyMap<string, string>;
  /** Project and hosts under the names that the target chose; for commands. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a hook is told: single values for placeholders, and everything as one JSON object. */
export interface HookValues {
  readonly placeholders: PlaceholderValues;
  readonly everything: Readonly<Record<string, Json>>;
  /** The components of the case that asks. Default all that run. */
  readonly about?: readonly string[] | undefined;
}

const WORDS_KEPT = 400;

/**
 * Does what a hook of the target says; the clock is advanced for each instance that the hook is about. A command gets everything that the judge knows as JSON in CONFORMANCE_HOOK.
 *
 * @throws {TargetUnavailableError} when it fails or takes too long: the judge could not set the stage, so nothing is judged.
 */
export async function callHook(name: HookName, values: HookValues, ports: HookPorts): Promise<void> {
  const hook = ports.target.hooks[name];
  if (hook === undefined)
    throw new Error(`${ports.target.file} offers no hook ${name}; ask before calling it`);
  if (name !== 'advance_clock') return callOnce(name, hook, values, ports);
  const running = ports.running();
  for (const turn of planTurns(hook, running, values.about)) {
    const placeholders = { ...values.placeholders, ...turn };
    const everything = { ...values.everything, ...turn, urls: Object.fromEntries(running) };
    await callOnce(name, hook, { placeholders, everything }, ports);
  }
}

function callOnce(name: HookName, hook: Hook, values: HookValues, ports: HookPorts): Promise<void> {
  if (hook.request !== null) return send(name, hook, hook.request, values, ports);
  return execute(name, hook, hook.command ?? [], values, ports);
}

async function send(
  name: HookName,
  hook: Hook,
  request: HookRequest,
  values: HookValues,
  ports: HookPorts,
): Promise<void> {
  const { url: turn_url } = values.placeholders;
  const own = request.component === null ? (request.url ?? '') : ports.urlOf(request.component);
  const base = request.component !== null && typeof turn_url === 'string' ? turn_url : own;
  const url = String(fillPlaceholders(base + (request.path ?? ''), values.placeholders));
  const body = 'body' in request ? fillPlaceholders(request.body, values.placeholders) : values.everything;
  const headers = fillPlaceholders(request.headers, values.placeholders) as Record<string, string>;
  const has_body = request.method !== 'GET' && request.method !== 'DELETE';
  const called = `${request.method} ${url}`;
  const answer = fetch(url, {
    method: request.method,
    headers: { ...(has_body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(has_body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(hook.timeout_seconds * 1000),
  });
  const { ok, status, text } = await whole(answer).catch((error: unknown) => {
    throw failure(name, hook, called, error);
  });
  if (ok) return;
  throw new TargetUnavailableError(
    `hook ${name}: expected 2xx from ${called}, got ${status} ${text.slice(0, WORDS_KEPT)}; correct the hook in ${ports.target.file}`,
  );
}

/** An answer may begin and never end. */
async function whole(answer: Promise<Response>): Promise<{ ok: boolean; status: number; text: string }> {
  const response = await answer;
  const { ok, status } = response;
  return { ok, status, text: await response.text() };
}

function execute(
  name: HookName,
  hook: Hook,
  command: readonly string[],
  values: HookValues,
  ports: HookPorts,
): Promise<void> {
  const [program = '', ...args] = command.map((word) => String(fillPlaceholders(word, values.placeholders)));
  return new Promise((resolve, reject) => {
    execFile(
      program === 'node' ? process.execPath : program,
      args,
      {
        cwd: ports.target.directory,
        timeout: hook.timeout_seconds * 1000,
        killSignal: 'SIGKILL',
        env: {
          ...process.env,
          ...ports.environment,
          CONFORMANCE_HOOK: JSON.stringify(values.everything),
        },
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve();
        const words = `${stderr}${stdout}`.trim().slice(-WORDS_KEPT) || 'none';
        const how = error.killed === true ? undefined : error;
        reject(
          how === undefined
            ? failure(name, hook, command.join(' '), undefined, words)
            : new TargetUnavailableError(
                `hook ${name}: expected "${command.join(' ')}" to end with 0, got ${error.code ?? error.signal}; its last words: ${words}; correct the hook in ${ports.target.file}`,
              ),
        );
      },
    );
  });
}

function failure(
  name: HookName,
  hook: Hook,
  called: string,
  error: unknown,
  words = '',
): TargetUnavailableError {
  const is_late = error === undefined || (error instanceof Error && error.name === 'TimeoutError');
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  const what = is_late ? `no end within ${hook.timeout_seconds} s` : cause;
  const last = words === '' ? '' : `; its last words: ${words}`;
  return new TargetUnavailableError(
    `hook ${name}: expected an end of "${called}", got ${what}${last}; start what it calls, or raise its timeout_seconds`,
  );
}

/** What one call of a hook is told beside the rest: the instance that it is about, if it is about one. */
type Turn = Readonly<Record<string, Json>>;

/**
 * Plan the calls that advance the clock for a case. Instances have clocks of their own, so a hook that speaks of one is
 * called for each instance that the case has to do with.
 *
 * @param running  URLs by instance: `NAME`, and `NAME#2` for a second one.
 * @param about    the case's components; others may just be killed by another case. Default all that run.
 * @returns        one turn per instance that the hook is about, or one for all.
 */
function planTurns(
  hook: Hook,
  running: ReadonlyMap<string, string>,
  about: readonly string[] = [...running.keys()],
): readonly Turn[] {
  const named = hook.request?.component ?? null;
  const wanted = named === null ? about : [named];
  const own = [...running]
    .filter(([instance]) => wanted.some((name) => instance === name || instance.startsWith(`${name}#`)))
    .map(([component, url]): Turn => ({ component, url }));
  const speaks = findPlaceholders({ command: hook.command, request: hook.request }).some(
    ({ name }) => name === 'component' || name === 'url',
  );
  if (named === null && !speaks) return [{}];
  // Whoever shares an address shares a clock too.
  const unique = own.filter(({ url }, index) => own.findIndex((other) => other['url'] === url) === index);
  return unique.length > 0 || named === null ? unique : [{ component: named }];
}
