import { type HostName, hostOf, type Proposal, type Served } from '../hosts.ts';
import type { Folder } from './folder.ts';
import { type Wanted, wantedBy } from './wanted.ts';

/** What a script makes for a server: a function, or an app of one of the two interfaces of Python; null where it does not say which. */
interface Made {
  readonly script: string;
  readonly kind: 'function' | 'asgi' | 'wsgi' | null;
  readonly served: Served;
}

/** Files in which a service usually begins; others that make an app come after them. */
const USUAL = ['main', 'app', 'server', 'wsgi', 'asgi', 'application', 'api', 'service', 'run', '__main__'];

/** Propose how a service in Python is started, by what its scripts make and which packages it wants. */
export function ofPython(folder: Folder): Proposal | undefined {
  const wants = wantedBy(folder);
  const made = madeIn(folder, wants.has('functions-framework'));
  const name = hostNameOf(wants, made);
  const runner = runnerOf(folder);
  if (name !== undefined) {
    const host = hostOf(name, servedOf(name, folder));
    const because = wants.because ?? made?.script ?? 'main.py';
    return { because, host: { ...host, command: [...runner, ...host.command] } };
  }
  if (folder.read('manage.py') !== undefined) {
    const command = [...runner, 'python3', 'manage.py', 'runserver', '--noreload', '127.0.0.1:{port}'];
    return { because: 'manage.py', host: { ...DJANGO, command } };
  }
  const program = /^\[(?:project|tool\.poetry)\.scripts\]\s*"?([\w-]+)/m.exec(
    folder.read('pyproject.toml') ?? '',
  );
  if (program?.[1] !== undefined) return { because: 'pyproject.toml', command: [...runner, program[1]] };
  const script = scriptIn(folder);
  return script === undefined ? undefined : { because: script, command: [...runner, 'python3', script] };
}

const DJANGO = {
  words: "a Django project on Django's own server",
  ready: '{ stdout: "Starting development server" }',
  form: 'push_envelope',
} as const;

/** Find what a host serves: the app that a module makes, or the function that is registered. */
export function servedOf(host: HostName, folder: Folder, wanted?: string): Served {
  const is_function = host === 'functions-framework';
  const made = madeIn(folder, is_function, wanted);
  if (made !== undefined && (made.kind === 'function') === is_function) return made.served;
  return { ...placeOf(scriptIn(folder) ?? 'main.py', folder), name: is_function ? 'on_completion' : 'app' };
}

/** Who keeps the packages of a project in an environment of its own must start Python in it. */
export function runnerOf({ read }: Folder): readonly string[] {
  const project = read('pyproject.toml');
  const locks = project === undefined ? ['uv.lock'] : ['uv.lock', '../uv.lock', '../../uv.lock'];
  const isKept = (by: string): boolean =>
    project?.includes(`[tool.${by}`) === true || read(`${by}.lock`) !== undefined;
  if (isKept('uv') || locks.some((lock) => read(lock) !== undefined)) return ['uv', 'run'];
  if (isKept('poetry') || project?.includes('poetry.core') === true) return ['poetry', 'run'];
  const other = ['pdm', 'pixi', 'rye', 'hatch.envs'].find(isKept);
  if (other !== undefined) return [other.replace('.envs', ''), 'run'];
  return read('Pipfile') === undefined ? [] : ['pipenv', 'run'];
}

function hostNameOf(wants: Wanted, made: Made | undefined): HostName | undefined {
  if (made?.kind === 'function' || wants.has('functions-framework')) return 'functions-framework';
  const is_asgi = ['fastapi', 'uvicorn', 'starlette', 'quart', 'litestar'].some((name) => wants.has(name));
  const kind = made?.kind ?? (is_asgi ? 'asgi' : 'wsgi');
  if (kind === 'asgi') return 'uvicorn';
  if (wants.has('gunicorn')) return 'gunicorn';
  return wants.has('flask') || made?.served.framework === 'Flask' ? 'flask' : undefined;
}

const DEFINED = String.raw`^(\w+)\s*(?::[^=\n]*)?=\s*(?:\w+\.)*`;
const APP = new RegExp(`${DEFINED}(Flask|Bottle|FastAPI|Starlette|Quart|Litestar|Sanic)\\(`, 'm');
const FACTORY_NAME = String.raw`(?:create|make|build|get)_\w*app(?:lication)?`;
const MADE_APP = new RegExp(`${DEFINED}(get_wsgi_application|get_asgi_application|${FACTORY_NAME})\\(`, 'm');
const FACTORY = new RegExp(`^def (${FACTORY_NAME})\\(`, 'm');
const ASGI = /FastAPI|Starlette|Quart|Litestar|Sanic|asgi/;
const WSGI = /Flask|Bottle|wsgi/;

/** Find what the first script makes that makes something; a factory only where nobody calls it. */
function madeIn(folder: Folder, is_function_wanted: boolean, wanted?: string): Made | undefined {
  const scripts = scriptsIn(folder).map((script) => ({ script, text: folder.read(script) ?? '' }));
  const found = (
    make: (text: string) => (Pick<Made, 'kind'> & { readonly served: Omit<Served, 'module'> }) | undefined,
  ) => {
    for (const { script, text } of scripts) {
      const made = make(text);
      if (made !== undefined)
        return { script, kind: made.kind, served: { ...placeOf(script, folder), ...made.served } };
    }
    return undefined;
  };
  const registered = () => found((text) => registeredIn(text, wanted));
  const app = () => found(appIn) ?? found(factoryIn);
  return is_function_wanted
    ? (registered() ?? found((text) => handlerIn(text, wanted)))
    : (app() ?? registered());
}

function appIn(text: string) {
  const [, name, by] = APP.exec(text) ?? MADE_APP.exec(text) ?? [];
  if (name === undefined || by === undefined) return undefined;
  return { kind: kindOf(by, text), served: { name, framework: by, ...pathIn(text) } };
}

function factoryIn(text: string) {
  const name = FACTORY.exec(text)?.[1];
  if (name === undefined) return undefined;
  const framework = /\bFlask\(/.test(text) ? { framework: 'Flask' } : {};
  return { kind: kindOf('', text), served: { name, is_factory: true, ...framework, ...pathIn(text) } };
}

/** The one route for messages, if an app has none at the top. */
function pathIn(text: string): Pick<Served, 'path'> {
  const all = [...text.matchAll(/^\s*@\w+\.(post|route|api_route)\(\s*["'](\/[\w/.-]*)["']([^\n]*)/gm)];
  const posts = all.filter(([, by, , rest = '']) => by === 'post' || /\bPOST\b/.test(rest));
  const paths = [...new Set(posts.map(([, , path = '']) => path))].filter(
    (path) => !/sweep|health/.test(path),
  );
  const [path] = paths;
  return paths.length === 1 && path !== undefined && path !== '/' ? { path } : {};
}

function kindOf(by: string, text: string): Made['kind'] {
  if (ASGI.test(by)) return 'asgi';
  if (WSGI.test(by)) return 'wsgi';
  return ASGI.test(text) ? 'asgi' : WSGI.test(text) ? 'wsgi' : null;
}

/** Of several functions one that takes CloudEvents, as a subscription's is. */
function registeredIn(text: string, wanted?: string) {
  if (!text.includes('functions_framework')) return undefined;
  const all = [
    ...text.matchAll(/^@(?:\w+\.)?(cloud_event|http)\b[^\n]*\n(?:@[^\n]*\n)*(?:async )?def (\w+)/gm),
  ];
  const [, kind, name] =
    all.find(([, , one]) => one === wanted) ?? all.find(([, of]) => of === 'cloud_event') ?? all[0] ?? [];
  if (name === undefined) return undefined;
  const form = kind === 'http' ? { form: 'push_envelope' as const } : {};
  return { kind: 'function' as const, served: { name, ...form } };
}

/** What is not registered says by its parameters what it is: (event, context), (request), or one CloudEvent. */
function handlerIn(text: string, wanted?: string) {
  const all = [
    ...text
      .replaceAll(/\[[^[\]]*\]/g, '')
      .matchAll(/^(?:async )?def ([a-z]\w*)\(\s*(\w+)[^,)]*(?:,\s*(\w+))?/gm),
  ];
  const usual =
    all.find(([, one]) => one === wanted) ??
    all.find(([, , first = '']) => /^(cloud_?)?event|^req(uest)?$/.test(first));
  const [, name, first, second] = usual ?? all[0] ?? [];
  if (name === undefined) return undefined;
  const signature = second !== undefined ? 'event' : /^req(uest)?$/.test(first ?? '') ? 'http' : 'cloudevent';
  const form = signature === 'http' ? { form: 'push_envelope' as const } : {};
  return { kind: 'function' as const, served: { name, signature, ...form } as const };
}

/** Find the script in which a service usually begins. */
function scriptIn(folder: Folder): string | undefined {
  return scriptsIn(folder).find((script) => isUsual(script));
}

function isUsual(script: string): boolean {
  return USUAL.includes(nameOf(script));
}

function nameOf(script: string): string {
  return script.replace(/^.*\//, '').replace('.py', '');
}

/** Those with a usual name first, and of these those nearest to the top, in the order of the names. */
function scriptsIn(folder: Folder): readonly string[] {
  const is_project = wantedBy(folder).because !== undefined;
  const scripts = folder.files('.py').filter((script) => is_project || PARTS.test(script));
  const rank = (script: string): number =>
    script.split('/').length * USUAL.length + USUAL.indexOf(nameOf(script));
  const usual = scripts.filter(isUsual).sort((a, b) => rank(a) - rank(b));
  return [...usual, ...scripts.filter((script) => !isUsual(script))];
}

/** Where the parts of one service are; below a folder that does not say what it wants others may begin. */
const PARTS = /^((app|src|api)\/)?[^/]+$/;

/** Say how a script is imported, and from which folder, if it is not the top one. */
function placeOf(script: string, folder: Folder): Omit<Served, 'name'> {
  const text = folder.read(script) ?? '';
  const steps = script.replace(/(\/__init__)?\.py$/, '').split('/');
  const own = steps.slice(0, -1).join('/');
  const imported = [...text.matchAll(/^(?:from|import) (\w+)/gm)].map(([, name = '']) => name);
  const has_siblings = imported.some((name) => folder.read(`${own}/${name}.py`) !== undefined);
  if (own !== '' && has_siblings) return { script, root: own, module: steps.at(-1) ?? '' };
  const is_below_src = steps[0] === 'src' && steps.length > 1 && folder.read('src/__init__.py') === undefined;
  if (is_below_src && !imported.includes('src'))
    return { script, root: 'src', module: steps.slice(1).join('.') };
  return { script, module: steps.join('.') };
}
