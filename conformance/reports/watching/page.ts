import { pageAround } from '../html/page.ts';
import { WATCH_PROGRAM } from './program.ts';
import { WATCH_STYLE } from './style.ts';

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
