// Ends the processes of a judge that is gone, also when it was killed: its end of the pipe closes then, whatever happened.
// Standard input: the judge's mark, then "+GROUP" for each process group that begins and "-GROUP" for each that has ended.
// Plain JavaScript without imports of the house, since it must start in no time.
import { endMarked } from './marked.mjs';

const groups = new Set();
let rest = '';
let mark;

// It outlives the judge, and so whatever ends the judge.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) read(line);
});
process.stdin.once('end', finish).once('error', finish);

function read(line) {
  if (line.startsWith('+')) groups.add(Number(line.slice(1)));
  else if (line.startsWith('-')) groups.delete(Number(line.slice(1)));
  else mark = line;
}

function finish() {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // Nobody of the group is there any more.
    }
  }
  if (mark !== undefined) endMarked(mark);
  process.exit(0);
}
