/// <reference lib="dom" />
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Act } from '../../acts/decide-act.ts';
import type { DateView, OrchestratorView, ProcessorView } from '../../dates/views.ts';
import type { MessageView } from '../../messages.ts';
import { Findings, Name, State } from './parts.ts';
import { type DeadLetterView, readLetters, START } from './talk.ts';
import { PHASE_NAMES, pacific } from './words.ts';

/** How many messages are drawn at once; the filter finds the others. */
const SHOWN_MAX = 60;

/** One date and run, alive. */
export function DatePage({
  date,
  messages,
  onAct,
}: {
  readonly date: DateView;
  readonly messages: readonly MessageView[];
  readonly onAct: (act: Act) => void;
}): VNode {
  const { game_date, run, run_numbers, verdict, phases, orchestrators, batch, findings, waiting } = date;
  const [fan_in, cascade] = orchestrators;
  const [wanted, setWanted] = useState('');
  const own = messages.filter((message) => message.game_date === game_date && (message.run ?? 1) === run);
  const shown = own.filter(({ topic, about, problem }) =>
    `${topic} ${about} ${problem ?? ''}`.includes(wanted),
  );
  const act = (target: 'sweep' | '1' | '5' | 'retry'): void =>
    onAct({ kind: 'trigger', target, game_date, run, processor: null, level: null, again: false });
  return html`
    <h2 class="head">${game_date} <span class="soft">run ${run}</span> <span class="verdict ${verdict}">${verdict}</span>
      ${run_numbers.filter((other) => other !== run).map((other) => html`<a key=${other} href="#/${game_date}/r${other}">run ${other}</a>`)}
      <a href="/trace?date=${game_date}&run=${run}&token=${START.token}" target="_blank" rel="noreferrer">timeline</a>
    </h2>
    <section aria-label="What is wrong">
      ${findings.length + waiting.length === 0 ? html`<p class="soft">Nothing is wrong.</p>` : null}
      <${Findings} findings=${findings} onAct=${onAct} shows_date=${false} />
      ${waiting.length === 0 ? null : html`<details><summary>${waiting.length} more cannot begin before that</summary><ul>${waiting.map(({ sentence }) => html`<li key=${sentence}>${sentence}</li>`)}</ul></details>`}
    </section>
    <section class="flow" aria-label="The flow of the date">
      ${phases.map(
        ({ phase, topic, processors }, index) => html`<div key=${phase}>
          <${Phase} name=${PHASE_NAMES[phase]} topic=${topic} count=${own.filter((one) => one.topic === topic).length} processors=${processors} />
          ${index === 2 && fan_in !== undefined ? html`<${Orchestrator} title="Phase 3 to 4" view=${fan_in} />` : null}
          ${index === 3 && cascade !== undefined ? html`<${Orchestrator} title="Cascade of Phase 4" view=${cascade} />` : null}
        </div>`,
      )}
      <div><${Batch} batch=${batch} /></div>
    </section>
    <section aria-label="Acts" class="buttons">
      <button type="button" onClick=${() => act('1')}>Scrape …</button>
      <button type="button" onClick=${() => act('sweep')}>Sweep …</button>
      <button type="button" onClick=${() => act('5')}>Start the batch …</button>
      <button type="button" onClick=${() => act('retry')}>Retry who has no prediction …</button>
      <button type="button" onClick=${() => onAct({ kind: 'rerun', game_date })}>Run again …</button>
    </section>
    ${date.dead_letters === 0 ? null : html`<${DeadLetters} game_date=${game_date} run=${run} count=${date.dead_letters} onAct=${onAct} />`}
    <section aria-labelledby="messages">
      <h2 id="messages">Messages <span class="soft">${START.is_listening ? `${own.length} since the console began` : 'are not listened to in a project; the timeline shows the runs'}</span></h2>
      <p><label>only with <input type="search" value=${wanted} onInput=${(event: InputEvent) => setWanted((event.target as HTMLInputElement).value)} /></label> <span class="soft">${shown.length > SHOWN_MAX ? `the latest ${SHOWN_MAX} of ${shown.length}` : ''}</span></p>
      <ol class="messages">${shown
        .slice(-SHOWN_MAX)
        .reverse()
        .map((message) => html`<${Message} key=${message.place} message=${message} />`)}</ol>
    </section>
  ` as VNode;
}

function Phase({
  name,
  topic,
  count,
  processors,
}: {
  readonly name: string;
  readonly topic: string;
  /** How many messages of the topic came since the console began. */
  readonly count: number;
  readonly processors: readonly ProcessorView[];
}): VNode {
  return html`<div class="box"><h3>${name}</h3><ul>
    ${processors.map(
      ({ name: processor, state, records, finished_at, error, waits_for }) => html`<li key=${processor}>
        <${State} state=${state} text=${processor} />
        <span class="soft">${finished_at === null ? (waits_for.length > 0 ? `waits for ${waits_for.length > 2 ? `${waits_for.length} processors` : waits_for.join(', ')}` : '') : `${records} rows, ${pacific(finished_at)}`}</span>
        ${error === null ? null : html`<span class="bad">${error}</span>`}
      </li>`,
    )}
  </ul><p class="soft topic">→ <${Name} text=${topic} />${START.is_listening ? `, ${count} ${count === 1 ? 'message' : 'messages'}` : ''}</p></div>` as VNode;
}

function Orchestrator({ title, view }: { readonly title: string; readonly view: OrchestratorView }): VNode {
  const { document: path, reported, missing, triggers } = view;
  return html`<div class="box orchestrator"><h3>${title}</h3>
    <p class="soft"><code><${Name} text=${path} /></code></p>
    <p>${reported.length} of ${reported.length + missing.length} reported</p>
    <ul>
      ${reported.map(({ name, status, at }) => html`<li key=${name}><${State} state=${status === 'failed' ? 'failed' : status === 'no_data' ? 'empty' : 'done'} text=${name} /> <span class="soft">${pacific(at)}</span></li>`)}
      ${missing.map((name) => html`<li key=${name}><${State} state="waiting" text=${name} /></li>`)}
    </ul>
    ${triggers.map(
      ({ level, status, at }) =>
        html`<p key=${level}><${State} state=${status === 'published' ? 'done' : status === 'pending' ? 'owed' : 'waiting'} text=${`trigger of level ${level} ${status === 'none' ? 'not decided' : status}`} /> <span class="soft">${pacific(at)}</span></p>`,
    )}
  </div>` as VNode;
}

function Batch({ batch }: { readonly batch: DateView['batch'] }): VNode {
  const {
    state,
    batch_id,
    players_completed,
    players_failed,
    players_requested,
    coverage_percent,
    deadline,
    sla,
    round,
  } = batch;
  return html`<div class="box"><h3>Phase 5 predictions</h3>
    ${
      batch_id === null
        ? html`<p class="soft">no batch</p>`
        : html`<p><${State} state=${sla === 'missed' ? 'late' : state === 'complete' ? 'done' : 'working'} text=${`batch ${state}, round ${round}`} /></p>
          <progress value=${players_completed + players_failed} max=${Math.max(1, players_requested)} aria-label="players answered"></progress>
          <p>${players_completed} of ${players_requested} predicted, ${coverage_percent} %${players_failed > 0 ? `, ${players_failed} failed` : ''}</p>`
    }
    <p class="soft">due ${pacific(deadline).slice(0, 5)} Pacific: ${sla}</p>
  </div>` as VNode;
}

function DeadLetters({
  game_date,
  run,
  count,
  onAct,
}: {
  readonly game_date: string;
  readonly run: number;
  readonly count: number;
  readonly onAct: (act: Act) => void;
}): VNode {
  const [letters, setLetters] = useState<readonly DeadLetterView[]>([]);
  useEffect(() => {
    readLetters(game_date, run).then(
      ({ dead_letters }) => setLetters(dead_letters),
      () => undefined,
    );
  }, [game_date, run, count]);
  return html`<section aria-labelledby="dead"><h2 id="dead">Dead letters (${count})</h2><ul class="findings">
    ${letters.map(
      ({
        topic,
        message_id,
        dead_since,
        why,
        payload,
      }) => html`<li class=${why.can_succeed ? 'wait' : 'problem'} key=${message_id}>
        <p><b>${topic}</b> message ${message_id} <span class="soft">since ${pacific(dead_since)}</span></p>
        <p>${why.sentence}</p>
        <details><summary>payload</summary><pre tabindex="0">${payload}</pre></details>
        <p class="mend"><button type="button" onClick=${() => onAct({ kind: 'replay', topic, message_id })}>Replay …</button></p>
      </li>`,
    )}
  </ul></section>` as VNode;
}

function Message({ message }: { readonly message: MessageView }): VNode {
  const { topic, about, status, published_at, problem, payload, message_id } = message;
  return html`<li class=${problem === null ? '' : 'problem'}>
    <details><summary><span class="soft">${pacific(published_at)}</span> <b>${topic}</b> ${about} ${status ?? ''}${problem === null ? null : html` <span class="bad">refused: ${problem}</span>`}</summary>
      <p class="soft">message ${message_id}, ${problem === null ? 'keeps the contract' : 'breaks the contract'}</p><pre tabindex="0">${payload}</pre></details>
  </li>` as VNode;
}
