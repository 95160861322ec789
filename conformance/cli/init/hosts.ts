import type { DeliveryDescription } from '../../targets/description.ts';

/** How a usual server is started and how it says that it is ready. */
export interface Host {
  /** What the file says that it is for. */
  readonly words: string;
  readonly command: readonly string[];
  /** The value of `ready` as it is written, and what a reader has to know of it. */
  readonly ready: string;
  readonly form: DeliveryDescription['form'];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it takes its messages. Default `/`. */
  readonly path?: string;
  /** Why it needs that environment. */
  readonly because?: string;
  readonly has?: string;
}

/** What a host serves, as far as the files of the folder tell: a module and the name of what is in it. */
export interface Served {
  readonly module: string;
  readonly name: string;
  /** The file of the module, if it lies below the folder or has another name than usual. */
  readonly script?: string;
  /** The folder from which the module is imported, if that is not the top one. */
  readonly root?: string;
  /** The class of an app. */
  readonly framework?: string;
  /** The name is that of a function that makes the app. */
  readonly is_factory?: boolean;
  /** Where an app takes its messages, if it has one route for them. */
  readonly path?: string;
  /** Only of a function: how it takes its messages. */
  readonly form?: DeliveryDescription['form'];
  /** Only of a function that does not register itself: what it takes. */
  readonly signature?: 'cloudevent' | 'event' | 'http';
  /** Only of a function in Node: the folder that its start script names. */
  readonly source?: string;
}

/** What the files of a folder suggest: a host that is known, or a command alone; and the file that says so. */
export interface Proposal {
  readonly because: string;
  /** The words of the command, with the port of the judge in them; undefined where the host has it. */
  readonly command?: readonly string[];
  /** The server that is started, if that is known. */
  readonly host?: Host;
  /** Settings that stand before the command. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The hosts by the name that `--from` takes. */
export const HOST_NAMES = [
  'functions-framework',
  'functions-framework-node',
  'flask',
  'gunicorn',
  'uvicorn',
] as const;

/** The name of a usual host. */
export type HostName = (typeof HOST_NAMES)[number];

/** Servers that a Procfile or a Dockerfile may name. */
export const SERVER_NAMES = [...HOST_NAMES, 'fastapi', 'hypercorn', 'quart', 'waitress', 'granian'] as const;

/** The name of a server. */
export type ServerName = (typeof SERVER_NAMES)[number];

const NO_SWEEP = '{ sweep: false } # a CloudEvent function serves no other path';

function printing(words: string, line: string): Pick<Host, 'words' | 'ready' | 'form'> {
  const ready = `{ stdout: "${line} (?<url>http://[^ ]+)" } # on standard error, which the judge reads too`;
  return { words, ready, form: 'push_envelope' };
}

const UVICORN = printing('an app on uvicorn', 'running on');

/** How servers of apps say that they listen. */
export const SERVERS = {
  flask: printing("a Flask app on Flask's own server", 'Running on'),
  gunicorn: printing('an app on gunicorn with several workers', 'Listening at:'),
  uvicorn: UVICORN,
  fastapi: UVICORN,
  hypercorn: printing('an app on hypercorn', 'Running on'),
  quart: printing("a Quart app on Quart's own server", 'Running on'),
  waitress: printing('an app on waitress', 'Serving on'),
  granian: printing('an app on granian', 'Listening at:'),
} as const;

/** Write down how a host starts what it serves. */
export function hostOf(name: HostName, served: Served): Host {
  switch (name) {
    case 'functions-framework':
      return {
        words: 'a function of functions-framework in Python',
        command: functionCommand(served),
        ready: SERVERS.gunicorn.ready,
        environment: { GUNICORN_LOG_LEVEL: 'info' },
        because: 'else it prints no line when it listens',
        ...ofFunction(served),
      };
    case 'functions-framework-node':
      return {
        words: 'a function of functions-framework in Node',
        command: [
          ...['npx', 'functions-framework', `--target=${served.name}`],
          ...(served.source === undefined ? [] : [`--source=${served.source}`]),
          ...(served.signature === undefined ? [] : [`--signature-type=${served.signature}`]),
        ],
        ready: '{ stdout: "Serving function" }',
        ...ofFunction(served),
      };
    default:
      return {
        ...SERVERS[name],
        command: ['python3', '-m', ...appCommand(name, served)],
        ...(served.path === undefined ? {} : { path: served.path }),
      };
  }
}

function ofFunction({ form }: Served): Pick<Host, 'form' | 'has'> {
  return form === undefined ? { form: 'cloud_event_binary', has: NO_SWEEP } : { form };
}

function functionCommand({ name, script = 'main.py', signature }: Served): readonly string[] {
  return [
    ...['python3', '-m', 'functions_framework', '--target', name],
    ...(script === 'main.py' ? [] : ['--source', script]),
    ...(signature === undefined ? [] : ['--signature-type', signature]),
    ...['--port', '{port}'],
  ];
}

function appCommand(
  name: 'flask' | 'gunicorn' | 'uvicorn',
  { module, name: app, root, script, is_factory = false }: Served,
): readonly string[] {
  switch (name) {
    case 'flask':
      // Flask finds by itself from where the module of a file is imported.
      return ['flask', '--app', `${root === undefined ? module : script}:${app}`, 'run', '--port', '{port}'];
    case 'gunicorn':
      return [
        ...['gunicorn', `${module}:${app}${is_factory ? '()' : ''}`],
        ...(root === undefined ? [] : ['--pythonpath', root]),
        ...['--bind', '127.0.0.1:{port}', '--workers', '2', '--threads', '8'],
      ];
    case 'uvicorn':
      return [
        ...['uvicorn', `${module}:${app}`],
        ...(root === undefined ? [] : ['--app-dir', root]),
        ...(is_factory ? ['--factory'] : []),
        ...['--port', '{port}'],
      ];
  }
}
