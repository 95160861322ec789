import type { DeliveryDescription } from '../../targets/description.ts';

/** How a usual server is started and how it says that it is ready. */
export interface Host {
  /** What the file says that it is for. */
  readonly words: string;
  readonly command: readonly string[];
  /** The value of `ready` as it is written, and what a reader has to know of it. */
  readonly ready: string;
  readonly form: DeliveryDescription['form'];
  readonly environment?: string;
  readonly has?: string;
}

/** What a host serves, as far as the files of the folder tell: a module and the name of what is in it. */
export interface Served {
  readonly module: string;
  readonly name: string;
  /** Only of a function: how it takes its messages. */
  readonly form?: DeliveryDescription['form'];
  /** Only of a function that does not register itself: what it takes. */
  readonly signature?: 'cloudevent' | 'event' | 'http';
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

const NO_SWEEP = '{ sweep: false } # a CloudEvent function serves no other path';

/** Write down how a host starts what it serves. */
export function hostOf(name: HostName, { module, name: served, form, signature }: Served): Host {
  const is_event = form !== 'push_envelope';
  const of_function = { form: form ?? 'cloud_event_binary', ...(is_event ? { has: NO_SWEEP } : {}) };
  switch (name) {
    case 'functions-framework':
      return {
        words: 'a function of functions-framework in Python',
        command: [
          ...['python3', '-m', 'functions_framework', '--target', served],
          ...(signature === undefined ? [] : ['--signature-type', signature]),
          ...['--port', '{port}'],
        ],
        ready:
          '{ stdout: "Listening at: (?<url>http://[^ ]+)" } # on standard error, which the judge reads too',
        environment: '{ GUNICORN_LOG_LEVEL: info } # else it prints no line when it listens',
        ...of_function,
      };
    case 'functions-framework-node':
      return {
        words: 'a function of functions-framework in Node',
        command: ['npx', 'functions-framework', `--target=${served}`],
        ready: '{ stdout: "Serving function" }',
        ...of_function,
      };
    case 'flask':
      return {
        words: "a Flask app on Flask's own server",
        command: ['python3', '-m', 'flask', '--app', `${module}:${served}`, 'run', '--port', '{port}'],
        ready: '{ stdout: "Running on (?<url>http://[^ ]+)" } # on standard error, which the judge reads too',
        form: 'push_envelope',
      };
    case 'gunicorn':
      return {
        words: 'an app on gunicorn with several workers',
        command: [
          ...['python3', '-m', 'gunicorn', `${module}:${served}`],
          ...['--bind', '127.0.0.1:{port}', '--workers', '2', '--threads', '8'],
        ],
        ready:
          '{ stdout: "Listening at: (?<url>http://[^ ]+)" } # on standard error, which the judge reads too',
        form: 'push_envelope',
      };
    case 'uvicorn':
      return {
        words: 'an app on uvicorn',
        command: ['python3', '-m', 'uvicorn', `${module}:${served}`, '--port', '{port}'],
        ready: '{ stdout: "running on (?<url>http://[^ ]+)" } # on standard error, which the judge reads too',
        form: 'push_envelope',
      };
  }
}
