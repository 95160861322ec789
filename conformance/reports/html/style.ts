/** The style sheet of the page: light and dark by the reader's setting, high contrast, usable on paper. */
export const STYLE = `
:root { color-scheme: light dark; --page: #ffffff; --panel: #f6f7f9; --line: #d5d9e0; --text: #1b1f27; --faint: #59616f;
  --good: #0b6b3a; --good-tint: #e1f4e8; --bad: #b3161c; --bad-tint: #fdeaea; --warn: #8a4b00; --warn-tint: #fff1d6;
  --work: #1f4fbf; --cite: #fff3c4; --focus: #1f4fbf; --strong-text: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14171c; --panel: #1c2027; --line: #3a414d; --text: #e8eaee; --faint: #a3abb8;
    --good: #62d394; --good-tint: #143524; --bad: #ff8b87; --bad-tint: #45191b; --warn: #ffbe5c; --warn-tint: #3d2c0c;
    --work: #8fb4ff; --cite: #4a3f10; --focus: #8fb4ff; --strong-text: #14171c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 1.5rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
a { color: var(--work); } code { font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--page); z-index: 2; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.product, .facts, small, .legend { color: var(--faint); } .product { margin: 0 0 0.5rem; } .legend { max-width: 75ch; }
.overview { border: 1px solid var(--line); border-left: 8px solid var(--good); border-radius: 8px; padding: 1rem 1.25rem; background: var(--panel); }
.overview.is-bad { border-left-color: var(--bad); } .overview h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
.is-good .sign { color: var(--good); } .is-bad .sign { color: var(--bad); } .facts { margin: 0.5rem 0 0; font-size: 0.9rem; }
.numbers { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; list-style: none; padding: 0; margin: 0.5rem 0; }
.numbers b { font-size: 1.35rem; } .numbers .passed b { color: var(--good); } .numbers .failed b { color: var(--bad); }
.numbers .tolerated b { color: var(--warn); } .numbers .is-zero, .numbers .is-zero b { color: var(--faint); }
.bar { display: flex; height: 10px; border-radius: 5px; overflow: hidden; background: var(--line); } .bar i { display: block; }
.bar .passed { background: var(--good); } .bar .failed { background: var(--bad); } .bar .tolerated { background: var(--warn); } .bar .not_applicable, .bar .not_judged { background: var(--line); }
.contents { display: flex; gap: 1.5rem; } h2 { margin: 2rem 0 0.5rem; font-size: 1.3rem; }
.scroll { overflow-x: auto; } .filter label { cursor: pointer; }
table { border-collapse: collapse; width: 100%; } th, td { padding: 0.4rem 0.6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { background: var(--panel); position: sticky; top: 0; } tbody th { font-weight: normal; } tbody th code { font-weight: 700; white-space: nowrap; }
.area th { font-weight: 700; padding-top: 1.2rem; } td { min-width: 9rem; } td.level { min-width: 4.5rem; color: var(--faint); }
.badge { display: inline-block; padding: 0 0.5rem; border-radius: 999px; font-size: 0.88rem; font-weight: 600; white-space: nowrap; background: var(--panel); color: var(--faint); }
.passed .badge { background: var(--good-tint); color: var(--good); } .failed .badge { background: var(--bad-tint); color: var(--bad); } .tolerated .badge { background: var(--warn-tint); color: var(--warn); }
body:has(#only-failures:checked) tbody:not(.has-failure), body:has(#only-failures:checked) tbody tr:not(.failing, .area) { display: none; }
.failure { border: 1px solid var(--line); border-left: 6px solid var(--bad); border-radius: 8px; margin: 0.75rem 0; padding: 0.6rem 1rem; scroll-margin-top: 1rem; }
.failure.tolerated { border-left-color: var(--warn); } .failure > summary { cursor: pointer; }
.failure h3 { display: inline; font-size: 1.05rem; } .failure .level { color: var(--faint); font-weight: 400; } .failure .who { margin-right: 0.4rem; }
.failure .anomaly { color: var(--bad); } .failure.tolerated .anomaly { color: var(--warn); } .sentence { display: block; margin-left: 1.1rem; }
article { margin-top: 1rem; } h4 { margin: 0; font-size: 1rem; } .proof { margin: 0.25rem 0 0.75rem; max-width: 90ch; }
.overviews { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); margin-bottom: 1rem; }
.overviews.is-many h1 { font-size: 1.25rem; } .facts { overflow-wrap: anywhere; } td small { white-space: nowrap; } td.not_applicable small, td br ~ small { white-space: normal; }
.again code { display: block; margin-top: 0.25rem; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 0.25rem 0.5rem; overflow-wrap: anywhere; user-select: all; }
.figure { border: 1px solid var(--line); border-radius: 6px; background: var(--page); } .words > summary { cursor: pointer; margin: 0.5rem 0; }
.steps { font-size: 0.92rem; list-style: none; padding-left: 1rem; } .steps .is-cited { background: var(--cite); }
.diagram { display: block; font: 12.5px ui-sans-serif, system-ui, sans-serif; } .diagram text { fill: var(--text); }
.diagram .actor { font-weight: 700; font-size: 12px; } .diagram .life { stroke: var(--line); stroke-width: 2; }
.diagram .cited { fill: var(--cite); } .diagram .cited-edge { fill: var(--bad); } .diagram .number { font-weight: 600; } .diagram .time { fill: var(--faint); font-size: 11px; }
.diagram .busy { fill: var(--line); stroke: var(--faint); stroke-width: 0.5; } .diagram .step { color: var(--work); } .diagram .step.good { color: var(--good); }
.diagram .step.bad { color: var(--bad); } .diagram .step.fault { color: var(--warn); } .diagram .step.remark { color: var(--faint); }
.diagram .shaft { stroke: currentColor; stroke-width: 1.8; } .diagram .bad .shaft { stroke-dasharray: 6 4; } .diagram .tip { fill: currentColor; }
.diagram .label { fill: currentColor; font-size: 11px; font-weight: 600; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.diagram .is-cited .label { stroke: var(--cite); } .diagram .is-cited .shaft { stroke-width: 2.8; } .diagram .is-cited .number { font-weight: 700; }
.diagram .across { stroke: currentColor; stroke-width: 1.2; stroke-dasharray: 2 4; } .diagram .fault .across { stroke-width: 2; stroke-dasharray: 8 4; }
.diagram .cross { stroke: currentColor; stroke-width: 3; } .diagram .remark .about { fill: var(--faint); font-style: italic; } .diagram .fault .about { fill: var(--warn); font-weight: 600; }
.diagram .verdict rect { fill: var(--bad); } .diagram .verdict text { fill: var(--strong-text); font-weight: 700; font-size: 13px; } .diagram .step:target .number { fill: var(--bad); text-decoration: underline; }
@media print { .skip, .filter { display: none; } .failure { break-inside: avoid; } .scroll { overflow: visible; } }
`;
