import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Firestore } from '@google-cloud/firestore';
import { parse, stringify } from 'yaml';
import { takeMessages } from '../../../../conformance/project/cleaning/messages.ts';
import { connect } from '../../../../conformance/project/connection.ts';
import { startChild } from '../../../../reference/local/child.ts';
import { copyMutant, ROOT } from '../../../mutants/apply.ts';
import type { Mutant } from '../../../mutants/mutant.ts';
import { openStage, type Stage } from '../../../operating/stage/stage.ts';
import { conformance, type Said } from '../../command.ts';

/** The reference as a stranger in a project: with topics, and push subscriptions of its own. */
export interface Deployed {
  readonly stage: Stage;
  readonly target_file: string;
  /** Runs the command line of the judge in this process. */
  conformance(...argv: readonly string[]): Promise<Said>;
  /** Runs it as a program; `onLine` may end it. */
  program(
    argv: readonly string[],
    onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void,
  ): Promise<Said>;
  /** Everything in the project that is the judge's: its subscriptions, documents and messages of reserved dates. */
  leftovers(): Promise<readonly string[]>;
  /** Puts a broken orchestrator in the place of the reference's. */
  breakOrchestrator(mutant: Mutant): Promise<void>;
  close(): Promise<void>;
}

const ORCHESTRATOR = 'phase3-to-phase4-orchestrator';
const REFERENCE = 'conformance/targets/reference.yaml';

/** Deploys the reference into a fresh project of the cloud that the environment names; `changes` are of its target file. */
export async function deploy(patience_seconds: number, changes: object = {}): Promise<Deployed> {
  const stage = await openStage({
    settings: { lease_seconds: 3, publish_claim_seconds: 3, phase4_wait_seconds: 1, phase4_poll_seconds: 1 },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'judge-project-'));
  const target_file = path.join(folder, 'deployed.yaml');
  writeFileSync(target_file, stringify({ ...targetOf(stage, patience_seconds), ...changes }));
  const cleanups: (() => Promise<void>)[] = [];
  return {
    stage,
    target_file,
    conformance,
    program: (argv, onLine) => program(argv, onLine),
    leftovers: () => leftoversOf(stage.project),
    async breakOrchestrator(mutant) {
      const copy = copyMutant(mutant);
      const child = await startChild(
        path.join(copy.directory, 'reference/services/start.mjs'),
        [ORCHESTRATOR],
        { GOOGLE_CLOUD_PROJECT: stage.project, PORT: '0', PUBLISH_CLAIM_SECONDS: '3' },
        /^listening on (http:\/\/\S+)$/,
        () => {},
      );
      cleanups.push(child.stop, () => Promise.resolve(copy.remove()));
      await stage.pubsub
        .subscription('nba-phase3-analytics-complete-sub')
        .modifyPushConfig({ pushEndpoint: `${child.ready[1]}/` });
    },
    async close() {
      await stage.close();
      for (const cleanup of cleanups) await cleanup();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The reference's own description, deployed where the stage is. */
function targetOf(stage: Stage, patience_seconds: number): object {
  const reference = parse(readFileSync(path.join(ROOT, REFERENCE), 'utf8')) as object;
  return {
    ...reference,
    name: 'deployed',
    directory: ROOT,
    project: {
      ids: [stage.project],
      patience_seconds,
      scrapes_reserved_dates: true,
      documents: ['warehouse/{table}/slates/{game_date}', 'scraped_files/{key}'],
      urls: stage.addresses,
    },
  };
}

function program(argv: readonly string[], onLine: Parameters<Deployed['program']>[1]): Promise<Said> {
  const child = spawn(process.execPath, ['conformance/cli/bin.mjs', ...argv], { cwd: ROOT });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
    for (const line of text.split('\n')) onLine(line, (signal) => void child.kill(signal));
  });
  // A shell says 128 and more of a program that a signal ended.
  return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? 128, ...said })));
}

const RESERVED = /(19[0-3]\d|194[0-5]|209\d|21[0-3]\d)-\d{2}-\d{2}/;

/** Looks at every document, every subscription and every pull subscription's messages, without the judge's own eyes. */
async function leftoversOf(project: string): Promise<readonly string[]> {
  const clients = await connect(project);
  try {
    const [subscriptions] = await clients.pubsub.getSubscriptions();
    const own = subscriptions.map(({ name }) => name).filter((name) => name.includes('/conformance-'));
    const messages = await takeMessages(project, clients.pubsub, (text) => RESERVED.test(text), true);
    const documents = await everyDocument(clients.firestore);
    return [...own, ...messages.keys(), ...documents.filter((path) => RESERVED.test(path))];
  } finally {
    await clients.close();
  }
}

/** Lists each document with its fields as text. */
async function everyDocument(firestore: Firestore): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (above: Pick<Firestore, 'listCollections'>): Promise<void> => {
    for (const collection of await above.listCollections()) {
      for (const document of await collection.listDocuments()) {
        found.push(`${document.path} ${JSON.stringify((await document.get()).data())}`);
        await walk(document as unknown as Firestore);
      }
    }
  };
  await walk(firestore);
  return found;
}
