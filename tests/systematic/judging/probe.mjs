// Every process that may be a mutant imports this before its program. Plain JavaScript, since nothing compiles it.
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** How often to look for what is run next, and to write what was reached since. */
const LOOK_MS = 10;

const judge = process.ppid;
// A judge that was killed cannot end its components.
setInterval(() => process.ppid !== judge && process.exit(1), 500).unref();
// Nothing that this process still has in hand is judged any more.
process.prependListener('SIGTERM', () => process.exit(0));

const folder = process.env.SYSTEMATIC_COVERAGE;
if (folder !== undefined) recordCoverage(folder);

/** Writes which mutants are reached while which case is run: a line for each case, `case` being what the folder's `now` says. */
function recordCoverage(place) {
  const log = path.join(place, `${process.pid}.log`);
  globalThis.__stryker__ ??= {};
  const stryker = globalThis.__stryker__;
  stryker.mutantCoverage = { static: {}, perTest: {} };
  const told = new Set();
  const write = () => {
    const { currentTestId: now = '', mutantCoverage } = stryker;
    const counts = now === '' ? mutantCoverage.static : (mutantCoverage.perTest[now] ?? {});
    const fresh = Object.keys(counts).filter((id) => !told.has(id));
    for (const id of fresh) told.add(id);
    if (fresh.length > 0) appendFileSync(log, `${JSON.stringify({ case: now, reached: fresh })}\n`);
  };
  appendFileSync(
    log,
    `${JSON.stringify({ pid: process.pid, component: process.env.SYSTEMATIC_COMPONENT })}\n`,
  );
  setInterval(() => {
    write();
    const next = readFileSync(path.join(place, 'now'), 'utf8');
    if (next === (stryker.currentTestId ?? '')) return;
    stryker.currentTestId = next;
    told.clear();
    appendFileSync(log, `${JSON.stringify({ now: next })}\n`);
  }, LOOK_MS).unref();
}
