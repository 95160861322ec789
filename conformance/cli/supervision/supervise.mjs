// The thread that looks after the one in which the judge works.
import { Worker } from 'node:worker_threads';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const INTERRUPTED = 130;
const JUDGE_FAULT = 4;

const LOOK_MS = 500;
/** Without a beat for so long the loop is blocked for ever, as far as anybody waits for it. */
const BLOCKED_SECONDS = Number(process.env.CONFORMANCE_BLOCKED_SECONDS ?? 20);
/**
 * On a machine that is busy with other things the loop may get too little of the processor for one beat in all that
 * time. A loop that is blocked by its own work has had at least this part of it; one that has not is waited for longer.
 */
const OWN_PART = 0.5;
const STARVED_TIMES = 9;
/** After a signal nobody waits so long. */
const DEAF_MS = 2_000;
/** Stopping has its own patience with each component; this is more than all of it. */
const STOPPING_MS = 20_000;
const TEXT_OFFSET = 8;
const TEXT_BYTES = 4_096;

/** Runs a command in a thread of its own. Gives the exit code, whatever becomes of the thread. */
export function supervise(argv, explainFault) {
  const memory = new SharedArrayBuffer(TEXT_OFFSET + TEXT_BYTES);
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: {
      argv,
      memory,
      text_offset: TEXT_OFFSET,
      out_is_terminal: process.stdout.isTTY === true,
      err_is_terminal: process.stderr.isTTY === true,
    },
  });
  return new Promise((resolve) => {
    let is_over = false;
    const end = (code) => {
      if (is_over) return;
      is_over = true;
      heart.stop();
      for (const signal of SIGNALS) process.removeListener(signal, interrupt);
      // Its pipe to the guardian of the components closes with it.
      void worker.terminate().then(() => resolve(code));
    };
    const fault = async (sentence) => {
      process.stderr.write(`\n${await explainFault(new Error(sentence))}\n`);
      end(JUDGE_FAULT);
    };
    const heart = watchHeart(
      memory,
      (seconds, doing) =>
        void fault(
          `its loop was blocked for ${seconds} s, while ${doing}; components are ended, nothing is reported`,
        ),
    );
    const interrupt = interruptor(worker, heart, () => end(INTERRUPTED));
    for (const signal of SIGNALS) process.on(signal, interrupt);
    worker.on('message', ({ out, err, code }) => {
      if (out !== undefined) process.stdout.write(out);
      if (err !== undefined) process.stderr.write(err);
      if (code !== undefined) end(code);
    });
    worker.once('error', (error) => void fault(error instanceof Error ? error.message : String(error)));
    worker.once('exit', (code) => end(code));
  });
}

/** The first signal goes to the thread; a second one, or a thread that is deaf, ends everything at once. */
function interruptor(worker, heart, end) {
  let signals = 0;
  return (signal) => {
    if (++signals > 1) return end();
    worker.postMessage(signal);
    const before = heart.beats();
    setTimeout(() => {
      if (heart.beats() !== before) return;
      process.stderr.write(`\nconformance: interrupted, while ${heart.doing()}; ended without a report\n`);
      end();
    }, DEAF_MS).unref();
    setTimeout(end, STOPPING_MS).unref();
  };
}

/** Looks whether the heart beats; a machine that slept beats no less often than it looks. */
function watchHeart(memory, onBlocked) {
  const counter = new Int32Array(memory, 0, 2);
  const beats = () => Atomics.load(counter, 0);
  const doing = () => {
    const bytes = new Uint8Array(memory.slice(TEXT_OFFSET));
    const told = new TextDecoder().decode(bytes.slice(0, Math.max(0, bytes.indexOf(0))));
    return told === '' ? 'nothing was begun' : `these steps were under way: ${told}`;
  };
  const looks_max = Math.ceil((BLOCKED_SECONDS * 1000) / LOOK_MS);
  let last = 0;
  let looks = 0;
  let worked = process.cpuUsage();
  const timer = setInterval(() => {
    const now = beats();
    if (now !== last) worked = process.cpuUsage();
    looks = now === last ? looks + 1 : 0;
    last = now;
    // Until the first beat it loads its program.
    if (now === 0 || looks < looks_max) return;
    const { user, system } = process.cpuUsage(worked);
    const has_worked = (user + system) / 1e6 >= OWN_PART * BLOCKED_SECONDS;
    if (!has_worked && looks < STARVED_TIMES * looks_max) return;
    clearInterval(timer);
    onBlocked(Math.round((looks * LOOK_MS) / 1000), doing());
  }, LOOK_MS);
  timer.unref();
  return { beats, doing, stop: () => clearInterval(timer) };
}
