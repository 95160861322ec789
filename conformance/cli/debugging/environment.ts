import { COMPONENT_NAMES } from '../../contract/names.ts';
import type { Target } from '../../targets/description.ts';
import { environmentOf } from '../../targets/starting/environment.ts';
import { addressOf, type DebuggingOptions } from './options.ts';

/** Write, for each component, the commands of a shell that set what it must be started with. */
export function environmentText(target: Target, options: DebuggingOptions): string {
  const { project = '', pubsub_port = 0, firestore_port = 0 } = addressOf(options);
  const address = {
    project,
    pubsub_host: `127.0.0.1:${pubsub_port}`,
    firestore_host: `127.0.0.1:${firestore_port}`,
  };
  const parts = COMPONENT_NAMES.flatMap((name) => {
    const component = target.components[name];
    if (component === undefined) return [];
    const port = component.url === null ? null : new URL(component.url).port || null;
    const { [target.environment_names.port]: _, ...settings } = environmentOf(target, component, address, 0);
    const lines = Object.entries(settings).map(([key, value]) => `export ${key}=${quote(value)}`);
    const listen =
      port === null
        ? `# ${target.environment_names.port}: choose one, and attach with --attach ${name}=http://127.0.0.1:PORT`
        : `export ${target.environment_names.port}=${port}`;
    const start = component.command === null ? [] : [`# the judge would run: ${component.command.join(' ')}`];
    return [[`# ${name}, in ${target.directory}`, ...lines, listen, ...start].join('\n')];
  });
  const flags = `--project ${project} --pubsub-port ${pubsub_port} --firestore-port ${firestore_port}`;
  return `${parts.join('\n\n')}\n\n# then, or before: conformance run ${flags} --attach COMPONENT=URL\n`;
}

function quote(value: string): string {
  return /^[\w.:/@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
