import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Host, hostOf, type Proposal, SERVER_NAMES, SERVERS, type ServerName } from '../hosts.ts';
import type { Folder } from './folder.ts';
import { functionInNode, isFunctionInNode } from './node.ts';
import { runnerOf, servedOf } from './python.ts';
import { type ShellLine, splitLine } from './shell.ts';

/** How a file of a folder says that what is in it is started. */
export interface Started extends Proposal {
  /** What it starts is not here, but in an image that is built. */
  readonly is_elsewhere: boolean;
}

/** Read how a Procfile, an app.yaml or a Dockerfile starts the service; undefined when there is none, or it does not say. */
export function startedBy(folder: Folder, components: readonly string[] = []): Started | undefined {
  const line = processIn(folder.read('Procfile') ?? '', components);
  if (line !== undefined) return started('Procfile', splitLine(line), folder);
  const entrypoint = /^entrypoint:\s*(.+)$/m.exec(folder.read('app.yaml') ?? '')?.[1];
  if (entrypoint !== undefined) return started('app.yaml', splitLine(bare(entrypoint)), folder);
  const words = dockerWords(folder.read('Dockerfile') ?? '');
  return words === undefined ? undefined : started('Dockerfile', words, folder);
}

/** The line of a component, else that of the web, else the first that stays; a release ends before. */
function processIn(text: string, components: readonly string[]): string | undefined {
  const lines = [...text.matchAll(/^\s*([\w-]+)\s*:\s*(\S.*)$/gm)].map(([, name = '', line = '']) => ({
    name,
    line,
  }));
  const wanted = (names: readonly string[]) => lines.find(({ name }) => names.includes(name));
  const found = wanted(components) ?? wanted(['web']) ?? lines.find(({ name }) => name !== 'release');
  return found?.line.trim();
}

function bare(text: string): string {
  const trimmed = text.trim();
  return /^"[^"]*"$|^'[^']*'$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

const RUNNERS = /^(uv|poetry|pipenv|pdm|hatch|rye|pixi|conda)$/;

/** Servers that print where they listen are waited for by that, others by the line that the target file's default names. */
function started(because: string, { environment, words }: ShellLine, folder: Folder): Started {
  const server = serverIn(words, folder);
  const here = withoutInit(words).map((word, index, all) =>
    ported(word, all[index - 1] ?? '', server !== undefined),
  );
  const [program = '', ...rest] = here;
  const is_installed = !path.isAbsolute(program) || existsSync(program);
  const known = server !== undefined && !is_installed ? path.basename(program) : program;
  const own = [known === 'python' ? 'python3' : known, ...rest];
  const is_kept = (server !== undefined && server !== 'functions-framework-node') || own[0] === 'python3';
  const runner = is_kept && !RUNNERS.test(own[0] ?? '') ? runnerOf(folder) : [];
  const command = [...runner, ...own];
  // Other files start what is in the folder; an image may be built from something else.
  const is_made =
    because !== 'Dockerfile' || ((is_installed || server !== undefined) && hasSource(own, server, folder));
  const outcome = { because, command, environment, is_elsewhere: !is_made };
  return server === undefined
    ? outcome
    : { ...outcome, host: { ...writtenHost(server, own, folder), command } };
}

function writtenHost(server: ServerName, words: readonly string[], folder: Folder): Omit<Host, 'command'> {
  const target = /--target[= ](\S+)/.exec(words.join(' '))?.[1];
  if (server === 'functions-framework-node') return hostOf(server, functionInNode(folder));
  if (server === 'functions-framework') {
    const is_http = /--signature-type[= ]http\b/.test(words.join(' '));
    const served = servedOf(server, folder, target);
    return hostOf(server, is_http ? { ...served, form: 'push_envelope' } : served);
  }
  return SERVERS[server];
}

/** The known server that a command names, or that the script runs which it names. */
function serverIn(words: readonly string[], folder: Folder): ServerName | undefined {
  const names = words
    .flatMap((word) => word.split(/\s+/))
    .map((word) => path.basename(word).replaceAll('_', '-').replace('waitress-serve', 'waitress'));
  if (names.includes('functions-framework') && isFunctionInNode(folder)) return 'functions-framework-node';
  const named = SERVER_NAMES.find((name) => names.includes(name));
  if (named !== undefined) return named;
  const script = words.find((word) => word.endsWith('.py'));
  const text = script === undefined ? '' : (folder.read(script) ?? '');
  if (/\buvicorn\.run\(/.test(text)) return 'uvicorn';
  if (/\bwaitress\b/.test(text)) return 'waitress';
  return /\bFlask\(/.test(text) && /\.run\(/.test(text) ? 'flask' : undefined;
}

/** A server of which a Dockerfile fixes the port could be started only once. */
function ported(word: string, before: string, is_known: boolean): string {
  const asked = word.replace(/^(?:0\.0\.0\.0|\[::\])?:\{port\}$/, '127.0.0.1:{port}');
  if (!is_known) return asked;
  if (/^(--port|-p)$/.test(before)) return asked.replace(/^\d+$/, '{port}');
  if (/^(--bind|-b|--listen)$/.test(before)) return asked.replace(/^[^/]*:\d+$/, '127.0.0.1:{port}');
  return asked
    .replace(/^(--port=|-p)\d+$/, '$1{port}')
    .replace(/^(--bind=|--listen=|-b)[^/]*:\d+$/, '$1127.0.0.1:{port}');
}

/** In an image the first program often only waits for the second. */
function withoutInit(words: readonly string[]): readonly string[] {
  if (!/(^|\/)(tini|dumb-init|docker-entrypoint\.sh)$/.test(words[0] ?? '')) return words;
  const rest = words.slice(1);
  return rest.slice(rest.findIndex((word) => !word.startsWith('-')));
}

/** Whether the folder has what the command is to run; only of Python, whose sources are what runs. */
function hasSource(words: readonly string[], server: ServerName | undefined, { read }: Folder): boolean {
  const script = words.find((word, index) => word.endsWith('.py') && words[index - 1] === 'python3');
  if (script !== undefined) return read(script) !== undefined;
  if (server !== 'gunicorn' && server !== 'uvicorn') return true;
  const module = words.map((word) => /^([\w.]+)(?::\w+(\(.*\))?)?$/.exec(word)?.[1]);
  const is_moved = words.some((word) => /^--(app-dir|chdir|pythonpath)/.test(word));
  const named = words.findIndex((word) => /^[\w.]+:\w+(\(.*\))?$/.test(word));
  const file = (module[named] ?? '').replaceAll('.', '/');
  return (
    is_moved || named === -1 || read(`${file}.py`) !== undefined || read(`${file}/__init__.py`) !== undefined
  );
}

/** The last ENTRYPOINT and CMD of a Dockerfile: a list of words, or a line for a shell. */
function dockerWords(text: string): ShellLine | undefined {
  const lines = text.replaceAll(/\\\r?\n/g, ' ');
  const last = (instruction: string): string | readonly string[] | undefined => {
    const found = [...lines.matchAll(new RegExp(`^\\s*${instruction}\\s+(.+)$`, 'gim'))].at(-1)?.[1]?.trim();
    if (!found?.startsWith('[')) return found;
    try {
      return (JSON.parse(found) as readonly unknown[]).map(String);
    } catch {
      return undefined;
    }
  };
  const entry = last('ENTRYPOINT');
  const command = last('CMD');
  if (typeof entry === 'string') return splitLine(entry);
  const words = [...(entry ?? []), ...(typeof command === 'string' ? [] : (command ?? []))];
  if (typeof command === 'string' && words.length === 0) return splitLine(command);
  if (typeof command === 'string') words.push(...splitLine(command).words);
  const [shell = '', flag = '', script] = words;
  const is_shell = /(^|\/)(ba|da)?sh$/.test(shell) && /^-l?c$/.test(flag) && script !== undefined;
  if (is_shell) return splitLine(words.slice(2).join(' '));
  if (words.length === 0) return undefined;
  return {
    environment: {},
    words: words.map((word) => word.replaceAll(/\$\{PORT\b[^}]*\}|\$PORT\b/g, '{port}')),
  };
}
