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
  return html`<span class="state ${state}"><i aria-hidden="true">${sign}</i> ${text ?? word}<span class="hidden">${text === undefined ? '' : `, ${word}`}</span></span>` as VNode;
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

/** What is wrong, most urgent first, each with the command that mends it and, where there is one, the act. */
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
    ${findings.map(
      (
        finding,
      ) => html`<li class=${finding.kind} key=${`${finding.game_date} ${finding.code} ${finding.subject}`}>
        <p>
          ${shows_date ? html`<a href="#/${finding.game_date}/r${finding.run}">${finding.game_date}${finding.run > 1 ? ` run ${finding.run}` : ''}</a> ` : null}
          <b>${finding.where}</b> ${finding.sentence}
        </p>
        ${
          finding.command === null
            ? null
            : html`<p class="mend"><${Command} text=${finding.command} />${finding.act === null ? null : html`<button type="button" onClick=${() => onAct(finding.act as Act)}>Do it …</button>`}</p>`
        }
      </li>`,
    )}
  </ul>` as VNode;
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
