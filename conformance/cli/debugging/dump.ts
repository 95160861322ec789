import type { CloudEvent } from '../../cloud/calls.ts';
import { nameCall } from '../../exploration/parking/calls.ts';
import type { WorldSettings } from '../../harness/world/settings.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { eventLine } from '../../reports/lines.ts';

/** Longest line that a dump prints; the whole story is in the histories that --keep-output writes. */
const WIDTH = 200;

/** Create what prints one line for each event of the history, and for each call that it does not keep. */
export function createDump(write: (text: string) => void): Pick<WorldSettings, 'onEvent' | 'onCloud'> {
  let at_ms = 0;
  const print = (sequence: string, line: string): void => {
    const clock = `${(at_ms / 1000).toFixed(3)} s`.padStart(11);
    const short = line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
    write(`${clock} ${sequence.padEnd(7)} ${short}\n`);
  };
  return {
    onEvent(event) {
      at_ms = event.at_ms;
      if (event.kind !== 'call') print(`#${event.sequence}`, dumpLine(event));
    },
    onCloud(event) {
      if (event.kind === 'call') print('', callLine(event));
    },
  };
}

function dumpLine(event: HistoryEvent): string {
  const body = event.kind === 'answer' && !event.acked && event.body !== '' ? ` ${oneLine(event.body)}` : '';
  return `${oneLine(eventLine([], event))}${body}`;
}

function callLine({ call, outcome }: Extract<CloudEvent, { kind: 'call' }>): string {
  return `call ${oneLine(nameCall(call))}: ${outcome}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
