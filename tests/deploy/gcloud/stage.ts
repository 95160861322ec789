import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDeploy } from '../../../scripts/deploy/command.ts';
import { createGcloud, type Gcloud } from '../../../scripts/deploy/gcloud/run.ts';
import { TOPOLOGY } from '../../../scripts/deploy/topology/contract.ts';
import { runDrift } from '../../../scripts/drift/command.ts';
import { deployedComponents } from '../../../scripts/generate/cloud.ts';
import type { JsonObject } from '../google-apis/answer.ts';
import { type GoogleApis, startGoogleApis } from '../google-apis/google-apis.ts';
import { isRead, type RecordedRequest } from '../google-apis/server.ts';

/** How one command ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The requests that gcloud sent meanwhile and that change something. */
  readonly changes: readonly RecordedRequest[];
}

/** A project on this machine, and the real gcloud that believes in it. */
export interface Stage {
  readonly apis: GoogleApis;
  readonly project: string;
  readonly gcloud: Gcloud;
  /** Run `npm run deploy -- …` for the project. */
  deploy(...args: readonly string[]): Promise<Ran>;
  /** Run `npm run drift -- …` for the project. */
  drift(...args: readonly string[]): Promise<Ran>;
  /** Write new code for a component, as a build would. */
  build(component: string, code: string): void;
  /** Do something by hand, past the contract: one request to one API. */
  byHand(method: string, path: string, body?: JsonObject): Promise<JsonObject>;
  stop(): Promise<void>;
}

/** Set the stage: an empty project, built components, and a gcloud with a configuration and a login of its own. */
export async function setStage(): Promise<Stage> {
  const apis = await startGoogleApis();
  const project = apis.project.id;
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  const token = join(folder, 'token');
  writeFileSync(token, 'a-token-that-nobody-checks');
  const gcloud = createGcloud({
    PATH: process.env['PATH'],
    HOME: folder,
    ...apis.environment,
    CLOUDSDK_CONFIG: join(folder, 'gcloud'),
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token,
  });
  const dist = join(folder, 'dist');
  const build = (component: string, code: string): void => {
    mkdirSync(join(dist, component), { recursive: true });
    writeFileSync(
      join(dist, component, 'package.json'),
      JSON.stringify({ name: component, main: 'index.js' }),
    );
    writeFileSync(join(dist, component, 'index.js'), code);
  };
  for (const component of deployedComponents(TOPOLOGY)) build(component, `// ${component}`);

  type Main = (say: (line: string) => void, complain: (line: string) => void) => Promise<number>;
  const run = async (main: Main): Promise<Ran> => {
    const before = apis.requests.length;
    const out: string[] = [];
    const err: string[] = [];
    const code = await main(
      (line) => out.push(line),
      (line) => err.push(line),
    );
    const changes = apis.requests.slice(before).filter((request) => !isRead(request));
    return { code, out: out.join('\n'), err: err.join('\n'), changes };
  };
  return {
    apis,
    project,
    gcloud,
    build,
    deploy: (...args) =>
      run((say, complain) => {
        const [command = '', ...others] = args;
        const artefacts = command === 'apply' ? [`--artefacts=${dist}`] : [];
        const wait = () => Promise.resolve();
        return runDeploy([command, `--project=${project}`, ...artefacts, ...others], {
          gcloud,
          say,
          complain,
          wait,
        });
      }),
    drift: (...args) =>
      run((say, complain) => runDrift([`--project=${project}`, ...args], { gcloud, say, complain })),
    async byHand(method, path, body) {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const answer = await fetch(`http://127.0.0.1:${apis.port}/${path}`, init);
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as JsonObject;
    },
    async stop() {
      await apis.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
