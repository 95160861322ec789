import { meaningOf } from '../../checks/anomalies.ts';
import { roundOf } from '../command.ts';
import { stepsOf } from '../diagram/steps.ts';
import { diagramSvg } from '../diagram/svg.ts';
import { diagramLabel, stepList } from '../diagram/words.ts';
import { type AnomalyResult, nameFailure, type RequirementResult, type RunResult } from '../result/result.ts';
import { escapeMarkup } from './escape.ts';
import { columnName, failureId } from './names.ts';

/** How many failures of a page are open at first. */
const OPEN_AT_FIRST = 3;

/** Write every failed requirement of every result: what broke, the proof, the diagram and the command. */
export function failureSections(results: readonly RunResult[]): readonly string[] {
  const failures = results.flatMap((result, place) =>
    result.requirements
      .filter((entry) => entry.result === 'failed')
      .map((entry) => ({ entry, result, place, fails: entry.fails_run })),
  );
  if (failures.length === 0) return [];
  const ordered = [...failures.filter(({ fails }) => fails), ...failures.filter(({ fails }) => !fails)];
  return [
    '<section id="failures" aria-labelledby="failures-title" tabindex="-1">',
    '<h2 id="failures-title">Failures</h2>',
    LEGEND,
    ...ordered.map(({ entry, result, place, fails }, index) => {
      const name = results.length > 1 ? columnName(results, result.target.name, place) : null;
      return failureSection(entry, result, { place, name, fails, open: index < OPEN_AT_FIRST });
    }),
    '</section>',
  ];
}

const LEGEND =
  '<p class="legend">In a diagram each vertical line is an actor and time runs downwards. A bar on a line shows how long a component worked on a message. Rows with a tinted background are the events that the proof cites; the red row names what broke.</p>';

function failureSection(
  entry: RequirementResult,
  result: RunResult,
  shown: {
    readonly place: number;
    readonly name: string | null;
    readonly fails: boolean;
    readonly open: boolean;
  },
): string {
  const id = failureId(shown.place, entry.id);
  const names = nameFailure(entry);
  const why = entry.reason === undefined ? '' : `<p>${escapeMarkup(entry.reason)}</p>`;
  const who = shown.name === null ? '' : `<span class="who">${escapeMarkup(shown.name)}</span> `;
  return [
    `<details id="${id}" class="failure ${shown.fails ? 'failed' : 'tolerated'}"${shown.open ? ' open=""' : ''}>`,
    `<summary><h3>${who}<code>${entry.id}</code> <span class="level">${entry.level}</span> <span class="anomaly">${escapeMarkup(names)}</span></h3><span class="sentence">${escapeMarkup(entry.sentence)}</span></summary>`,
    why,
    ...entry.anomalies.map((anomaly, index) => anomalyPart(anomaly, result, `${id}-${index + 1}`)),
    '</details>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function anomalyPart(anomaly: AnomalyResult, result: RunResult, id: string): string {
  const { proof, repeats, command } = anomaly;
  const more = repeats === 0 ? '' : ` <small>and ${repeats} more like it</small>`;
  const history = result.histories[anomaly.case] ?? [];
  const all = stepsOf(history, anomaly.events);
  const shown = new Set(all.steps.map(({ sequence }) => sequence));
  const linked = escapeMarkup(proof).replaceAll(/(?<!&)#(\d+)/g, (cited, sequence: string) =>
    shown.has(Number(sequence)) ? `<a href="#${id}-${sequence}">${cited}</a>` : cited,
  );
  return [
    '<article>',
    `<h4>${escapeMarkup(anomaly.anomaly)} in ${escapeMarkup(anomaly.case)}${more}</h4>`,
    `<p class="meaning">${escapeMarkup(meaningOf(anomaly.anomaly))}</p>`,
    `<p class="proof">${linked}</p>`,
    `<p class="facts">Smallest case: ${escapeMarkup(anomaly.smallest)}.</p>`,
    ...(history.length === 0 ? [] : diagramParts(anomaly, all, id)),
    `<p class="again" ${caseAttributes(anomaly)}><span>Show it again:</span> <code tabindex="0">${escapeMarkup(command)}</code></p>`,
    '</article>',
  ].join('\n');
}

/** What a page that can run a case again has to know of it. */
function caseAttributes({ check, case: name, schedule = '' }: AnomalyResult): string {
  const values = { check, round: String(roundOf(name) ?? 1), schedule };
  return Object.entries(values)
    .map(([key, value]) => `data-${key}="${escapeMarkup(value)}"`)
    .join(' ');
}

function diagramParts(
  anomaly: AnomalyResult,
  all: ReturnType<typeof stepsOf>,
  id: string,
): readonly string[] {
  const label = diagramLabel(anomaly.anomaly, anomaly.case, all.steps);
  const list_id = `${id}-steps`;
  const note =
    all.left_out === 0
      ? ''
      : `<p class="facts">${all.left_out} more events of the case are not shown; the result file has all of them.</p>`;
  return [
    `<div class="scroll figure" role="region" aria-label="Diagram of ${escapeMarkup(anomaly.anomaly)}" tabindex="0">`,
    diagramSvg(all.steps, { anomaly: anomaly.anomaly, id, label, described_by: list_id }),
    '</div>',
    note,
    `<details class="words"><summary>The same steps in words</summary>${stepList(all, list_id)}</details>`,
  ];
}
