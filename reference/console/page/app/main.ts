/// <reference lib="dom" />
import { html } from 'htm/preact';
import { render, type VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Act } from '../../acts/decide-act.ts';
import type { DateView } from '../../dates/views.ts';
import type { MessageView } from '../../messages.ts';
import { DatePage } from './date.ts';
import { Now } from './now.ts';
import { Confirm } from './parts.ts';
import { hear, type Overview, readDate, readMessages, readOverview, START } from './talk.ts';
import { pacific } from './words.ts';

/** A burst of messages asks for one read. */
const BURST_MS = 150;
const MESSAGES_MAX = 1000;

function Console(): VNode {
  const [place, setPlace] = useState(location.hash);
  const [overview, setOverview] = useState<Overview | null>(START.overview);
  const [is_read, setRead] = useState(false);
  const [has_all, setAll] = useState(false);
  const [date, setDate] = useState<DateView | null>(null);
  const [messages, setMessages] = useState<readonly MessageView[]>([]);
  const [act, setAct] = useState<Act | null>(null);
  const [problem, setProblem] = useState('');
  const [is_lost, setLost] = useState(false);
  const [, , game_date, run] = place.match(/^(#\/)(\d{4}-\d{2}-\d{2})(?:\/r(\d+))?$/) ?? [];

  const now = game_date === undefined ? overview?.now : (date?.at ?? overview?.now);

  const look = async (): Promise<void> => {
    try {
      if (game_date === undefined) {
        setOverview(await readOverview(has_all));
        setRead(true);
      } else setDate(await readDate(game_date, run === undefined ? null : Number(run)));
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => {
    const follow = (): void => setPlace(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    setDate(null);
    let burst: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      burst ??= setTimeout(() => {
        burst = undefined;
        void look();
      }, BURST_MS);
    };
    void look();
    readMessages().then(
      ({ messages: known }) => setMessages(known),
      () => undefined,
    );
    const again = setInterval(() => void look(), START.look_again_ms);
    const close = hear((message) => {
      setMessages((known) => [...known, message].slice(-MESSAGES_MAX));
      if (game_date === undefined || message.game_date === game_date) soon();
    }, setLost);
    return () => {
      clearInterval(again);
      clearTimeout(burst);
      close();
    };
  }, [place, has_all]);

  return html`
    <header>
      <h1><a href="#/">Pipeline</a></h1>
      <span>${START.project}</span> <span class="soft">${START.cloud}</span>
      <span class="soft">${START.allow_actions ? 'acts are allowed' : 'look only'}</span>
      ${now === undefined ? null : html`<span>${pacific(now).slice(0, 5)} Pacific <span class="soft">= ${now.slice(11, 16)}Z</span></span>`}
      ${is_lost ? html`<span class="bad" role="alert">The console does not answer; this is what was known last.</span>` : null}
    </header>
    ${problem === '' ? null : html`<p class="bad" role="alert">${problem}</p>`}
    <main>
      ${
        game_date === undefined
          ? overview === null
            ? html`<p class="soft">Reading …</p>`
            : html`${is_read ? null : html`<p class="soft">As it stood at ${pacific(overview.now)} Pacific. Reading …</p>`}<${Now} overview=${overview} onAll=${() => setAll(true)} onAct=${setAct} onChange=${() => void look()} />`
          : date === null
            ? html`<p class="soft">Reading ${game_date} …</p>`
            : html`<nav><a href="#/">all dates</a> <span class="soft">as it stood at ${pacific(date.at)} Pacific</span></nav><${DatePage} date=${date} messages=${messages} onAct=${setAct} />`
      }
    </main>
    ${
      act === null
        ? null
        : html`<${Confirm}
            act=${act}
            onClose=${() => {
              setAct(null);
              void look();
            }}
          />`
    }
  ` as VNode;
}

const root = document.getElementById('console');
if (root !== null) {
  root.textContent = '';
  render(html`<${Console} />` as VNode, root);
}
