import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONFORMING, type Conforming } from '../targets/conforming.ts';
import { REDIS_SOCKET, startRedis } from '../targets/durable/redis.ts';
import { writeSection } from '../trust/section.ts';
import { soakOnce } from './once/run.ts';
import { planRun, WHOLE_EVERY } from './plan.ts';
import { countLeftovers, lineOf, readResults, sectionOf } from './tally.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REFERENCE: Conforming = {
  name: 'reference',
  file: path.join(ROOT, 'conformance/targets/reference.yaml'),
  needs: [],
  told: [],
  slow: true,
};
const COMMAND = ['npm run soak --', ...process.argv.slice(2)].join(' ');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs every implementation that can run here in its turn, until the time is over; 1 when any run was not as it should be. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      load: { type: 'boolean', default: false },
      whole: { type: 'boolean', default: false },
      trust: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      results: { type: 'string', default: path.join(ROOT, '.cache/soak/results.jsonl') },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes >= 0)) throw new Error(`--minutes must be a number from 0 on, got "${values.minutes}"`);
  const programs = ['python3', 'redis-server'].filter(
    (program) => spawnSync(program, ['--version']).error === undefined,
  );
  const targets = [REFERENCE, ...CONFORMING].filter((target) => {
    const missing = target.needs.filter((need) => !programs.includes(need));
    if (missing.length > 0) say(`not run, since ${missing.join(' and ')} is missing: ${target.name}`);
    return missing.length === 0 && values.only?.includes(target.name) !== false;
  });
  const file = values.results;
  mkdirSync(path.dirname(file), { recursive: true });
  const earlier = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const redis = programs.includes('redis-server') ? await startRedis() : undefined;
  if (redis !== undefined) process.env[REDIS_SOCKET] = redis.socket;
  let is_right = true;
  try {
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
    }).trim();
    const soaking = { with_load: values.load, whole_every: values.whole ? 1 : WHOLE_EVERY };
    const until_ms = Date.now() + minutes * 60_000;
    for (let done = readResults(earlier()).length; Date.now() < until_ms; done++) {
      const result = await soakOnce(planRun(done, targets, soaking), commit, randomInt(1, 2 ** 31));
      appendFileSync(file, `${JSON.stringify(result)}\n`);
      say(`${done + 1} ${lineOf(result)}`);
      is_right &&= result.outcome === 'silent' && countLeftovers(result.leftovers) === 0;
    }
  } finally {
    await redis?.stop();
  }
  const section = sectionOf(readResults(earlier()), COMMAND);
  say(`\n${section}`);
  if (values.trust) writeSection('false alarms', section);
  return is_right ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
