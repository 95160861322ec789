import { type Host, hostOf, type Served } from './hosts.ts';
import { type Read, servedOf } from './served.ts';

/** How a file of a folder says that what is in it is started. */
export interface Started {
  readonly because: string;
  /** The words of the command, with the port of the judge in them. */
  readonly command: readonly string[];
  /** The server that the command names, if that is known. */
  readonly host?: Host;
}

const SERVERS = ['gunicorn', 'uvicorn', 'functions-framework', 'flask'] as const;

/** Read how a Procfile or a Dockerfile starts the service; undefined when there is neither, or it does not say. */
export function startedBy(read: Read): Started | undefined {
  const procfile = /^web:\s*(.+)$/m.exec(read('Procfile') ?? '')?.[1]?.trim();
  if (procfile !== undefined) return started('Procfile', procfile.split(/\s+/), read);
  const words = dockerWords(read('Dockerfile') ?? '');
  return words.length === 0 ? undefined : started('Dockerfile', words, read);
}

/** Servers that print where they listen are waited for by that, others by their port. */
function started(because: string, written: readonly string[], read: Read): Started {
  const command = written
    .filter((word, index) => !(index === 0 && word === 'exec'))
    .map((word) =>
      word
        .replace(/^(?:0\.0\.0\.0)?:\$\{?PORT\b[^}]*\}?$/, '127.0.0.1:{port}')
        .replace(/\$\{?PORT\b(?::-\d+)?\}?/, '{port}'),
    );
  const server = SERVERS.find((name) =>
    command.some((word) => word === name || word === name.replace('-', '_')),
  );
  if (server === undefined) return { because, command };
  const line = command.join(' ');
  const module = /(?:^|\s)([\w.]+):(\w+)/.exec(line);
  const served: Served = { module: module?.[1] ?? 'main', name: module?.[2] ?? 'app' };
  if (server !== 'functions-framework')
    return { because, command, host: { ...hostOf(server, served), command } };
  const target = /--target[= ](\S+)/.exec(line)?.[1];
  const function_ = servedOf(server, read);
  return { because, command, host: hostOf(server, { ...function_, name: target ?? function_.name }) };
}

/** The last ENTRYPOINT and CMD of a Dockerfile: a list of words, or a line for a shell. A fixed port stays as it is. */
function dockerWords(text: string): readonly string[] {
  const lines = text.replaceAll(/\\\r?\n/g, ' ');
  const last = (instruction: string): readonly string[] => {
    const found = [...lines.matchAll(new RegExp(`^\\s*${instruction}\\s+(.+)$`, 'gim'))].at(-1)?.[1]?.trim();
    if (found === undefined) return [];
    if (!found.startsWith('[')) return found.split(/\s+/);
    try {
      return (JSON.parse(found) as readonly unknown[]).map(String);
    } catch {
      return [];
    }
  };
  const words = [...last('ENTRYPOINT'), ...last('CMD')];
  const [shell = '', flag = '', script] = words;
  const is_shell = /(^|\/)(ba)?sh$/.test(shell) && flag === '-c' && script !== undefined;
  return is_shell ? words.slice(2).join(' ').split(/\s+/) : words;
}
