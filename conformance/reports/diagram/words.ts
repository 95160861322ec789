import { escapeMarkup } from '../html/escape.ts';
import { since } from './parts.ts';
import type { Steps } from './steps.ts';

/** Write the steps of a diagram as an HTML list with the given id: the same rows, in words. */
export function stepList({ steps, left_out }: Steps, id: string): string {
  const began_ms = steps[0]?.at_ms ?? 0;
  const lines = steps.map(
    ({ sequence, at_ms, sentence, cited }) =>
      `<li${cited ? ' class="is-cited"' : ''}>#${sequence} at ${since(at_ms - began_ms)}: ${escapeMarkup(sentence)}${cited ? ' <strong>(cited by the proof)</strong>' : ''}</li>`,
  );
  const rest = left_out === 0 ? '' : `<p>${left_out} more events of the case are not shown.</p>`;
  return `<ol id="${id}" class="steps">\n${lines.join('\n')}\n</ol>${rest}`;
}

/** Say in one sentence what a diagram shows. */
export function diagramLabel(anomaly: string, case_name: string, steps: Steps['steps']): string {
  const cited = steps.filter((step) => step.cited).map(({ sequence }) => `#${sequence}`);
  const proof = cited.length === 0 ? 'none is cited' : `the proof cites ${cited.join(', ')}`;
  return `Space-time diagram of ${anomaly} in ${case_name}: ${steps.length} steps, ${proof}. The list after it has the same steps in words.`;
}
