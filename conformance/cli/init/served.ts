import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { HostName, Served } from './hosts.ts';

/** Reads a file of a folder; undefined when there is none. */
export type Read = (name: string) => string | undefined;

/** The package of Google's framework for functions in Node. */
export const NODE_FRAMEWORK = '@google-cloud/functions-framework';

/** Read files of a folder by their name. */
export function readerOf(folder: string): Read {
  return (name) => {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
}

/** Find what a host serves: the app that a module makes, or the function that is registered. */
export function servedOf(host: HostName, read: Read): Served {
  if (host === 'functions-framework-node') return ofNodeFunction(read);
  const script = scriptIn(read) ?? 'main.py';
  const text = read(script) ?? '';
  const module = script.replace('.py', '').replaceAll('/', '.');
  if (host !== 'functions-framework')
    return { module, name: /^(\w+)\s*(?::[^=]*)?=\s*(?:Flask|FastAPI)\(/m.exec(text)?.[1] ?? 'app' };
  const registered =
    /^@functions_framework\.(cloud_event|http)[^\n]*\n(?:@[^\n]*\n)*(?:async )?def (\w+)/m.exec(text);
  if (registered !== null) {
    const [, kind, name = ''] = registered;
    return { module, name, ...(kind === 'http' ? { form: 'push_envelope' as const } : {}) };
  }
  // What is not registered says by its parameters what it is: (event, context), (request), or one CloudEvent.
  const [, name = 'on_completion', first, second] =
    /^(?:async )?def (\w+)\(\s*(\w+)[^,)]*(?:,\s*(\w+))?/m.exec(text) ?? [];
  if (second !== undefined) return { module, name, signature: 'event' };
  if (first === 'request') return { module, name, signature: 'http', form: 'push_envelope' };
  return { module, name, ...(first === undefined ? {} : { signature: 'cloudevent' as const }) };
}

/** Find the script that makes the app: in the folder, in `app/` or `src/`, or in the package that pyproject.toml names. */
export function scriptIn(read: Read): string | undefined {
  const project = /^name\s*=\s*["']([\w.-]+)["']/m.exec(read('pyproject.toml') ?? '')?.[1] ?? 'app';
  const own = project.replaceAll(/[-.]/g, '_');
  const folders = ['', 'app/', `${own}/`, 'src/', `src/${own}/`];
  return folders
    .flatMap((folder) =>
      ['main.py', 'app.py', 'server.py', 'wsgi.py', 'asgi.py'].map((file) => folder + file),
    )
    .find((file) => read(file) !== undefined);
}

/** What of a package.json tells how it is started; undefined when there is none that can be read. */
export function packageOf(
  read: Read,
): { readonly dependencies: readonly string[]; readonly start?: string; readonly main?: string } | undefined {
  try {
    const content = JSON.parse(read('package.json') ?? 'null') as {
      readonly dependencies?: object;
      readonly main?: string;
      readonly scripts?: { readonly start?: string };
    } | null;
    if (content === null) return undefined;
    const { dependencies = {}, main, scripts = {} } = content;
    return {
      dependencies: Object.keys(dependencies),
      ...(scripts.start === undefined ? {} : { start: scripts.start }),
      ...(main === undefined ? {} : { main }),
    };
  } catch {
    return undefined;
  }
}

function ofNodeFunction(read: Read): Served {
  const { main: module = 'index.js', start = '' } = packageOf(read) ?? {};
  const text = read(module) ?? '';
  const [, kind, name] = /\b(cloudEvent|http)\(\s*['"`](\w+)['"`]/.exec(text) ?? [];
  const started = /--target[= ](\S+)/.exec(start)?.[1];
  const is_http = kind === undefined ? /--signature-type[= ]http\b/.test(start) : kind === 'http';
  return {
    module,
    name: name ?? started ?? 'onCompletion',
    ...(is_http ? { form: 'push_envelope' as const } : {}),
  };
}
