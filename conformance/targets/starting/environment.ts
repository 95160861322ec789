import type { ComponentDescription, Target } from '../description.ts';
import { fillKnown, type START_PLACEHOLDERS } from '../placeholders.ts';
import type { CloudAddress } from './running.ts';

/** Name project and hosts as the target wants to be told them. */
export function cloudEnvironment(target: Target, cloud: CloudAddress): Readonly<Record<string, string>> {
  const names = target.environment_names;
  return {
    ...withoutProxy(process.env),
    METADATA_SERVER_DETECTION: 'none',
    [names.project]: cloud.project,
    [names.pubsub_host]: cloud.pubsub_host,
    [names.firestore_host]: cloud.firestore_host,
  };
}

/** List everything that a component must be started with, whoever starts it. @param port 0 for any free one. */
export function environmentOf(
  target: Target,
  component: Pick<ComponentDescription, 'environment'>,
  cloud: CloudAddress,
  port: number,
): Readonly<Record<string, string>> {
  const told = startValues(cloud, port);
  const own = Object.fromEntries(
    Object.entries(component.environment).map(([name, text]) => [name, fillKnown(text, told)]),
  );
  return {
    ...UNBUFFERED,
    ...own,
    ...cloudEnvironment(target, cloud),
    ...withoutProxy({ ...process.env, ...own }),
    [target.environment_names.port]: String(port),
  };
}

/** Python keeps what it prints to a pipe, a ready line too, until much has come together. */
const UNBUFFERED = process.env['PYTHONUNBUFFERED'] === undefined ? { PYTHONUNBUFFERED: '1' } : {};

/** Addresses of this machine, which no proxy reaches. */
const LOOPBACK = ['127.0.0.1', 'localhost'] as const;

/**
 * Make clients reach this machine directly where a proxy is set, as gRPC's do only when they are told.
 *
 * @returns what to add to an environment; nothing where no proxy is set.
 */
export function withoutProxy(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const has_proxy = Object.keys(environment).some((name) => /^(grpc|https?|all)_proxy$/i.test(name));
  if (!has_proxy) return {};
  const names = [
    'no_proxy',
    'NO_PROXY',
    ...(environment['no_grpc_proxy'] === undefined ? [] : ['no_grpc_proxy']),
  ];
  const set = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  return Object.fromEntries(
    names.map((name) => [
      name,
      [...new Set([...(environment[name] ?? set).split(','), ...LOOPBACK])].filter(Boolean).join(','),
    ]),
  );
}

/** Give what START_PLACEHOLDERS stand for. */
export function startValues(
  { project, pubsub_host, firestore_host }: CloudAddress,
  port: number,
): Readonly<Record<(typeof START_PLACEHOLDERS)[number], string>> {
  return { project, pubsub_host, firestore_host, port: String(port) };
}
