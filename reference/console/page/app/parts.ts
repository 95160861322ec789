/// <reference lib="dom" />
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Act } from '../../acts/decide-act.ts';
import type { CellState, FindingView } from '../../dates/views.ts';
import { type ActAnswer, sendAct } from './talk.ts';
import { STATES } from './words.ts';

type Node = VNode | readonly VNode[] | null;

/** A state as sign and word; the colour says the same once more. */
export function State({ state, text }: { readonly state: CellState; readonly text?: string }): Node {
  const { sign, word } = STATES[state];
  return html`<span class="state ${state}"><i aria-hidden="true">${sign}</i> <span>${text === undefined ? word : html`<${Name} text=${text} />`}</span><span class="hidden">${text === undefined ? '' : `, ${word}`}</span></span>` as VNode;
}

/** A name that may be broken behind its dashes and slashes, and nowhere else. */
export function Name({ text }: { readonly text: string }): Node {
  if (!/[_/-]/.test(text)) return html`${text}` as VNode;
  return html`${text.split(/(?<=[_/-])/).map((part) => html`${part}<wbr />`)}` as VNode;
}

/** A command that can be copied. */
function Command({ text }: { readonly text: string }): Node {
  const [is_copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return html`<span class="command"><code>${text}</code><button type="button" class="quiet" onClick=${copy} aria-label="Copy the command ${text}">${is_copied ? 'copied' : 'copy'}</button></span>` as VNode;
}

/** What is wrong, most urgent first, each with the command that mends it and, where there is one, the act; what one command mends stands together. */
export function Findings({
  findings,
  onAct,
  shows_date,
}: {
  readonly findings: readonly FindingView[];
  readonly onAct: (act: Act) => void;
  readonly shows_date: boolean;
}): Node {
  return html`<ul class="findings">
    ${together(findings).map(({ key, first, sentences }) => {
      const { kind, game_date, run, where, command, act } = first;
      return html`<li class=${kind} key=${key}>
        <p>
          ${shows_date ? html`<a href="#/${game_date}/r${run}">${game_date}${run > 1 ? ` run ${run}` : ''}</a> ` : null}
          <b>${where}</b> ${sentences[0]}
        </p>
        ${sentences.length === 1 ? null : html`<ul class="also">${sentences.slice(1).map((sentence) => html`<li key=${sentence}>${sentence}</li>`)}</ul>`}
        ${
          command === null
            ? null
            : html`<p class="mend"><${Command} text=${command} />${act === null ? null : html`<button type="button" onClick=${() => onAct(act)}>Do it …</button>`}</p>`
        }
      </li>`;
    })}
  </ul>` as VNode;
}

/** Findings that one command mends, in the place of the first. */
function together(findings: readonly FindingView[]) {
  const groups = new Map<string, { readonly first: FindingView; readonly sentences: string[] }>();
  for (const finding of findings) {
    const { kind, game_date, run, where, command, sentence } = finding;
    const key = `${kind} ${game_date} ${run} ${where} ${command ?? sentence}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: finding, sentences: [sentence] });
    else group.sentences.push(sentence);
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** Shows the exact requests of an act, and sends them only when a person says so. */
export function Confirm({
  act,
  onClose,
}: {
  readonly act: Act;
  readonly onClose: (is_done: boolean) => void;
}): Node {
  const dialog = useRef<HTMLDialogElement>(null);
  const [answer, setAnswer] = useState<ActAnswer | null>(null);
  const [problem, setProblem] = useState('');
  const [is_busy, setBusy] = useState(true);
  const run = async (confirmed: boolean): Promise<void> => {
    setBusy(true);
    try {
      setAnswer(await sendAct(act, confirmed));
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  useEffect(() => {
    dialog.current?.showModal();
    void run(false);
  }, []);
  const is_done = answer !== null && !answer.is_dry && answer.refused === null;
  const may_send = answer?.is_dry === true && answer.refused === null && answer.allow_actions;
  return html`<dialog ref=${dialog} onClose=${() => onClose(is_done)} aria-labelledby="confirm-title">
    <h2 id="confirm-title">${is_done ? 'Sent' : 'This would be sent'}</h2>
    ${problem === '' ? null : html`<p class="bad" role="alert">${problem}</p>`}
    ${answer?.refused == null ? null : html`<p class="bad" role="alert">Not sent: ${answer.refused}</p>`}
    ${(answer?.requests ?? []).map(
      ({ what, body, answer: came, is_done: went }, index) => html`<section key=${index}>
        <h3>${what}</h3>
        ${body === null ? html`<p class="soft">without a body</p>` : html`<pre tabindex="0">${JSON.stringify(body, null, 2)}</pre>`}
        ${came === null ? null : html`<p class=${went ? 'good' : 'bad'}>${came}</p>`}
      </section>`,
    )}
    ${answer !== null && !answer.allow_actions ? html`<p class="soft">Acts are off here. Run the command yourself, or start the console with <code>--allow-actions</code>.</p>` : null}
    <p class="buttons">
      ${may_send ? html`<button type="button" class="primary" disabled=${is_busy} onClick=${() => void run(true)}>Send it</button>` : null}
      <button type="button" onClick=${() => dialog.current?.close()}>${is_done || !may_send ? 'Close' : 'Leave it'}</button>
    </p>
  </dialog>` as VNode;
}
