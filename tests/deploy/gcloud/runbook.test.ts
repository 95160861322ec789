import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPONENTS, DEPLOYMENT, SCHEDULES } from '../../../generated/topology.ts';
import { createAddresses } from '../../../reference/operations/calls/addresses.ts';
import { classify, firstMissing, readSteps, type Step } from '../../operating/runbook/page.ts';
import { type Stage, setStage } from './stage.ts';

const PAGE = new URL('../../../docs/operating/rollback.md', import.meta.url);
/** Every command of gcloud starts a Python of its own. */
const PATIENCE_MS = 240_000;

let stage: Stage;

/** A project in which every component has a revision to go back to, with its schedules and those of the fall-back. */
beforeAll(async () => {
  stage = await setStage();
  const { project } = stage;
  await stage.byHand('POST', `serviceusage/v1/projects/${project}/services:batchEnable`, {
    serviceIds: DEPLOYMENT.apis.map((api) => `${api}.googleapis.com`),
  });
  const components = Object.entries(COMPONENTS).filter(([, { runs_as }]) => runs_as !== 'external');
  for (const version of ['1', '2']) {
    for (const [name] of components) {
      const containers = [{ image: `us-west2-docker.pkg.dev/${project}/${name}:${version}` }];
      stage.apis.run.put(name, {
        metadata: { labels: { ...DEPLOYMENT.labels } },
        spec: { template: { spec: { containers } } },
      });
    }
  }
  const where = `projects/${project}/locations/us-west2/jobs`;
  const fall_back = Object.keys(DEPLOYMENT.fall_back.schedules);
  for (const name of [...Object.keys(SCHEDULES), ...fall_back]) {
    const httpTarget = { uri: 'https://example.test/' };
    await stage.byHand('POST', `cloudscheduler/v1/${where}`, {
      name: `${where}/${name}`,
      schedule: '0 6 * * *',
      httpTarget,
    });
    if (fall_back.includes(name)) await stage.byHand('POST', `cloudscheduler/v1/${where}/${name}:pause`);
  }
}, PATIENCE_MS);
afterAll(() => stage.stop());

describe('docs/operating/rollback.md, by the real gcloud', () => {
  // The other scenes of the page have no project; tests/operating/runbook acts them.
  for (const step of readSteps(readFileSync(PAGE, 'utf8')).filter(({ scene }) => scene === 'project')) {
    test(`line ${step.line}: ${step.commands[0]}`, () => take(step), PATIENCE_MS);
  }
});

describe('an operating command in a project', () => {
  test(
    'finds a component by gcloud, and asks for a token of the account that the component accepts',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'operator-'));
      const token = join(folder, 'token');
      writeFileSync(token, 'a-token-that-nobody-checks');
      const before = { ...process.env };
      Object.assign(process.env, stage.apis.environment, {
        HOME: folder,
        CLOUDSDK_CONFIG: folder,
        CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token,
      });
      try {
        const { project } = stage;
        const addresses = createAddresses({ project, region: 'us-west2', urls: [], environment: {} });
        // The recording server issues no tokens, so the last step tells what was found before it.
        await expect(addresses.find('phase2-raw')).rejects.toThrow(
          `get an identity token for https://phase2-raw-123456789012.us-west2.run.app as pipeline-scheduler@${project}.iam.gserviceaccount.com`,
        );
      } finally {
        for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
        Object.assign(process.env, before);
        rmSync(folder, { recursive: true, force: true });
      }
    },
    PATIENCE_MS,
  );
});

async function take({ line, commands, expected, exit_code }: Step): Promise<void> {
  let output = '';
  for (const [index, command] of commands.entries()) {
    expect(classify(command)).toBe('deploy');
    // `npm run deploy -- …`; the stage adds the project itself, under the id that its server knows.
    const [, , program, , ...words] = command.split(' ');
    expect(words).toContain('--project=$PROJECT');
    const args = words.filter((word) => word !== '--project=$PROJECT');
    const ran = program === 'drift' ? await stage.drift(...args) : await stage.deploy(...args);
    output += `${ran.out}\n${ran.err}\n`;
    const due = index === commands.length - 1 ? exit_code : 0;
    expect(ran.code, `line ${line}: ${command}\n${output}`).toBe(due);
  }
  expect(firstMissing(expected, output), `line ${line}:\n${output}`).toBeUndefined();
}
