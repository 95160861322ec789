/// <reference lib="dom" />
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Act } from '../../acts/decide-act.ts';
import { mostUrgentFirst } from '../../dates/urgency.ts';
import { Findings, State } from './parts.ts';
import { type Overview, START, sendDrill } from './talk.ts';
import { cronWords, nextJob, PHASE_NAMES, pacific } from './words.ts';

/** So many rows make the first picture; the others follow in the next. */
const PAINTED_FIRST = 12;

/** How every date stands, what is wrong, and the night's clock. */
export function Now({
  onAll,
  onChange,
  overview,
  onAct,
}: {
  readonly overview: Overview;
  readonly onAct: (act: Act) => void;
  /** Somebody wants to see the older dates too. */
  readonly onAll: () => void;
  /** Something was done that a new read shows. */
  readonly onChange: () => void;
}): VNode {
  const { rows, total, schedules } = overview;
  const [is_painted, setPainted] = useState(false);
  // An effect runs after the first picture is on the screen.
  useEffect(() => setPainted(true), []);
  const problems = mostUrgentFirst(rows, 'problem');
  const under_way = mostUrgentFirst(rows, 'wait');
  const next = nextJob(schedules, overview.now);
  const phases = rows[0]?.cells.map(({ phase }) => phase) ?? [];
  return html`
    <section aria-labelledby="wrong">
      <h2 id="wrong">${headingOf(problems.length, under_way.length)}</h2>
      <${Findings} findings=${problems} onAct=${onAct} shows_date=${true} />
      ${under_way.length === 0 ? null : html`<details><summary>${under_way.length} under way</summary><${Findings} findings=${under_way} onAct=${onAct} shows_date=${true} /></details>`}
    </section>
    <section aria-labelledby="dates">
      <h2 id="dates">Dates</h2>
      ${
        rows.length === 0
          ? html`<p class="soft">Nothing is on record so far. A date begins with <code>npx pipeline trigger 1 --date YYYY-MM-DD</code>.</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="dates"><table class="dates">
              <thead><tr><th scope="col">date</th>${phases.map((phase) => html`<th scope="col" key=${phase}><${Heading} name=${PHASE_NAMES[phase] ?? phase} /></th>`)}</tr></thead>
              <tbody>
                ${(is_painted ? rows : rows.slice(0, PAINTED_FIRST)).map(
                  ({
                    game_date,
                    run,
                    verdict,
                    cells,
                  }) => html`<tr key=${`${game_date}.r${run}`} class=${verdict ?? 'old'}>
                    <th scope="row"><a href="#/${game_date}/r${run}">${game_date}</a>${run > 1 ? html` <span class="soft">run ${run}</span>` : null}</th>
                    ${cells.map(({ phase, state, text, at }) => html`<td key=${phase}><${State} state=${state} text=${text} /> <span class="soft">${pacific(at).slice(0, 5)}</span></td>`)}
                  </tr>`,
                )}
              </tbody>
            </table></div>
            ${rows.length === total ? null : html`<p><button type="button" onClick=${onAll}>Show all ${total} dates</button></p>`}`
      }
    </section>
    <section aria-labelledby="clock">
      <h2 id="clock">The night's clock <span class="soft">Pacific time, now ${pacific(overview.now).slice(0, 5)}</span></h2>
      <ol class="clock">
        ${schedules.map(({ name, cron, call }) => html`<li key=${name}><b>${cronWords(cron)}</b> <span>${name} <span class="soft">${call}</span>${name === next ? html` <b class="next">next</b>` : null}</span></li>`)}
      </ol>
    </section>
    ${START.drills.length === 0 ? null : html`<${Practice} onChange=${onChange} />`}
  ` as VNode;
}

/** The name of a phase: its number first, and the words that a narrow window leaves out. */
function Heading({ name }: { readonly name: string }): VNode {
  const [, number = name, words = ''] = /^(Phase \d)(.*)$/.exec(name) ?? [];
  return html`<span>${number}<span class="long">${words}</span></span>` as VNode;
}

/** What is under way may still be lost, so that nothing is wrong only so far. */
function headingOf(problems: number, under_way: number): string {
  if (problems > 0) return `What is wrong (${problems})`;
  return under_way > 0 ? 'Nothing is wrong so far' : 'Nothing is wrong';
}

function Practice({ onChange }: { readonly onChange: () => void }): VNode {
  const [said, setSaid] = useState<{
    readonly name: string;
    readonly text: string;
    readonly is_bad: boolean;
  } | null>(null);
  const [busy, setBusy] = useState('');
  const begin = async (name: string): Promise<void> => {
    setBusy(name);
    try {
      setSaid({ name, text: (await sendDrill(name)).sentence, is_bad: false });
    } catch (error) {
      setSaid({ name, text: error instanceof Error ? error.message : String(error), is_bad: true });
    }
    setBusy('');
    onChange();
  };
  return html`<section aria-labelledby="practice">
    <h2 id="practice">Practise</h2>
    <p class="soft">Each button breaks this pipeline on purpose. The page named beside it mends it.</p>
    <ul class="drills">
      ${START.drills.map(
        ({ name, title, sentence, page }) => html`<li key=${name}>
          <button type="button" disabled=${busy !== ''} onClick=${() => void begin(name)}>${title}</button>
          <span>${sentence} <span class="soft">docs/operating/${page}</span></span>
          ${busy === name ? html`<p class="soft">Under way; it may take a minute …</p>` : null}
          ${said?.name === name && busy !== name ? html`<p role="status" class=${said.is_bad ? 'bad' : ''}>${said.text}</p>` : null}
        </li>`,
      )}
    </ul>
  </section>` as VNode;
}
