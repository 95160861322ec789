import { type AddCommand, examples } from '../context.ts';
import type { InitOptions } from '../init/init.ts';

const EXAMPLES = examples(
  ['an orchestrator in Python', 'init my-target.yaml --language python'],
  ['a CloudEvent function in Python', 'init --from functions-framework'],
  [
    'two components that run somewhere',
    'init --component phase4-orchestrator --component phase5-coordinator --url http://127.0.0.1:8080',
  ],
);

/** Adds `conformance init`. */
export const addInit: AddCommand = (program, { output }) => {
  program
    .command('init')
    .description('write a target file to begin with')
    .argument('[file]', 'where to', 'conformance.yaml')
    .option('--name <text>', 'how reports call it (default: the name of the file)')
    .option('--component <name>', 'a component that it has; repeatable', collect, [])
    .option('--command <line>', 'starts a component')
    .option('--url <url>', 'where it runs, if the judge shall not start it')
    .option('--profile <name>', 'claim this; repeatable (default: what the components suggest)', collect, [])
    .option('--form <form>', 'push_envelope, cloud_event_binary or cloud_event_structured', 'push_envelope')
    .option('--language <name>', 'python, node, go, java or other; suggests a command', 'other')
    .option(
      '--from <host>',
      'functions-framework, flask, gunicorn or uvicorn: a short file for it (default: what the files of the folder suggest)',
    )
    .option('--force', 'replace the file if it exists')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: InitOptions) => {
      const { init } = await import('../init/init.ts');
      output.out(init(file, options));
    });
};

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
