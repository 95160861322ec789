// The thread in which the judge works.
import { parentPort, workerData } from 'node:worker_threads';
import { loadJudge } from './load.mjs';

const BEAT_MS = 200;
const { argv, memory, text_offset, out_is_terminal, err_is_terminal } = workerData;

const beats = new Int32Array(memory, 0, 2);
const words = new Uint8Array(memory, text_offset);
const encoder = new TextEncoder();

const alive = () => Atomics.add(beats, 0, 1);
setInterval(alive, BEAT_MS).unref();
// Signals come to the first thread only, which hands them on.
parentPort.on('message', (signal) => process.emit(signal)).unref();

/** What the cases are doing, for whoever has to say it when this thread does not answer. */
function steps(told) {
  words.fill(0);
  encoder.encodeInto(told, words);
}

const send = (message) => parentPort.postMessage(message);

const { main, outcomeOf } = await loadJudge();
// What nobody caught is the judge's own fault, never the target's.
process.on('uncaughtException', async (error) => {
  const { words, exit_code } = await outcomeOf(error, argv);
  send({ err: `${words}\n` });
  send({ code: exit_code });
});
const code = await main(argv, {
  out: (text) => send({ out: text }),
  err: (text) => send({ err: text }),
  out_is_terminal,
  err_is_terminal,
  steps,
  alive,
});
send({ code });
