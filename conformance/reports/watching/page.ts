import { pageAround } from '../html/page.ts';
import { WATCH_PROGRAM } from './program.ts';

/** Draw the page, empty; the server's events fill it. @param token goes with each of its requests. */
export function watchPage(target_name: string, token: string): string {
  return pageAround({
    title: `${target_name}: watching`,
    product: 'Conformance, watching',
    skip_to: { id: 'findings', name: 'failures' },
    style: WATCH_STYLE,
    data: { token, stage: 'starting' },
    header: [
      '<section class="head" aria-labelledby="title">',
      '<h1 id="title" aria-live="polite">starting</h1>',
      '<p id="what"></p>',
      '<p id="sentence" role="status"></p>',
      '<progress id="progress" max="1" value="0" aria-label="Cases that have ended"></progress>',
      '<p class="facts" id="count"></p>',
      '<p class="trying" id="trying"></p>',
      '<p class="gone" id="gone" hidden="">The judge does not answer any more; what is shown is its last word.</p>',
      '<div class="buttons"><button id="run-all">Run everything</button><button id="run-broken" disabled="">Run what is broken</button></div>',
      '</section>',
    ],
    main: [
      '<div id="verdict"></div>',
      '<div id="findings" tabindex="-1"></div>',
      '<section aria-labelledby="requirements-title"><h2 id="requirements-title">Requirements</h2><div id="chips"></div></section>',
      '<section aria-labelledby="log-title"><h2 id="log-title">What the components print</h2><div class="log" id="log" role="log" tabindex="0" aria-labelledby="log-title"></div></section>',
      `<script>${WATCH_PROGRAM}</script>`,
    ],
  });
}

/** What the page has beside the style of the report. */
const WATCH_STYLE = `
.head { border: 1px solid var(--line); border-left: 8px solid var(--work); border-radius: 8px; padding: 1rem 1.25rem; background: var(--panel); }
.head { margin-bottom: 1rem; } .head h1 { margin: 0; font-size: 1.4rem; line-height: 1.25; } .head p { margin: 0.4rem 0; }
.head progress { width: 100%; height: 10px; } .buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 0.6rem; }
button { font: inherit; padding: 0.25rem 0.9rem; border: 1px solid var(--line); border-radius: 6px; background: var(--page); color: var(--work); cursor: pointer; }
button:hover { border-color: var(--work); } button[disabled] { color: var(--faint); cursor: default; }
.trying { min-height: 1.5em; color: var(--faint); font-size: 0.9rem; overflow-wrap: anywhere; }
.chips { display: flex; flex-wrap: wrap; gap: 0.25rem; list-style: none; padding: 0; margin: 0.2rem 0 0.8rem; }
.chips li { padding: 0 0.5rem; border-radius: 999px; font-size: 0.85rem; background: var(--panel); color: var(--faint); }
.chips .kept { background: var(--good-tint); color: var(--good); } .chips .broken { background: var(--bad-tint); color: var(--bad); }
.chips .trying { background: var(--cite); color: var(--text); min-height: 0; } .area h3 { margin: 0; font-size: 0.95rem; }
.log { max-height: 22rem; overflow: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem 0.75rem; margin: 0;
  font: 0.82rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.log .from { color: var(--work); } .gone { color: var(--bad); font-weight: 600; }
`;
