/** Style of the timeline page. Colours are told apart by lightness too, and each status is also written. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --ink: #1c1e21; --soft: #5d646d; --line: #d9dadb; --stripe: #f1f1ee; --panel: #ffffff;
  --success: #2f7d5b; --partial: #b7791f; --no_data: #7b8794; --failed: #c0362c; --asked: #1d4ed8; --arrow: #8a94a1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #e8eaed; --soft: #9aa3ae; --line: #343a42; --stripe: #1b1f24; --panel: #1e2329;
    --success: #4fb286; --partial: #e0a83e; --no_data: #8b96a3; --failed: #f0776c; --asked: #8ab4ff; --arrow: #66707c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 20px 24px 40px; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 24px; }
h1 .run { color: var(--soft); font-weight: 400; }
h2 { margin: 0; font-size: 12px; font-weight: 600; color: var(--soft); letter-spacing: .02em; }
code { font: 12px ui-monospace, monospace; overflow-wrap: anywhere; }
.asked { margin: 2px 0 10px; }
.facts, .problems { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 0 0 10px; padding: 0; list-style: none; }
.facts b { font-size: 17px; }
.problems { display: block; }
.good b { color: var(--success); }
.bad, .bad b { color: var(--failed); }
main { display: grid; grid-template-columns: minmax(0, 1fr) 300px; gap: 24px; align-items: start; }
.chart { position: relative; --names: 236px; }
.axis { position: relative; height: 36px; margin-left: var(--names); border-bottom: 1px solid var(--line); }
.mark { position: absolute; left: var(--at); bottom: 4px; transform: translateX(-50%); font-size: 11px; line-height: 1.3; color: var(--soft); text-align: center; white-space: nowrap; }
.mark b { display: block; color: var(--ink); font-weight: 600; }
.mark.first { transform: none; text-align: left; }
.mark.last { transform: translateX(-100%); text-align: right; }
.lane { padding: 8px 0 10px; border-bottom: 1px solid var(--line); }
.lane h2 { padding-bottom: 2px; }
.row { display: grid; grid-template-columns: var(--names) minmax(0, 1fr); align-items: center; }
.row:hover { background: var(--stripe); }
.name { padding-right: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 13px; }
.track { position: relative; height: 24px; background: linear-gradient(to right, var(--line) 1px, transparent 1px) 0 0 / 20% 100%; }
.bar { position: absolute; left: var(--at); top: 5px; width: max(var(--width), 7px); height: 14px; padding: 0; border: 0; border-radius: 3px; background: var(--success); color: inherit; font: inherit; cursor: pointer; z-index: 2; }
.bar.partial { background: var(--partial); }
.bar.no_data { background: var(--no_data); }
.bar.failed { background: var(--failed); }
.bar.asked { outline: 2px solid var(--asked); outline-offset: 1px; }
.bar i { position: absolute; top: 2px; width: 1px; height: 10px; background: var(--paper); opacity: .45; }
.bar:focus-visible, .bar.held { outline: 3px solid var(--asked); outline-offset: 2px; }
.caption { position: absolute; left: calc(100% + 7px); top: -3px; font-size: 11.5px; line-height: 20px; color: var(--soft); white-space: nowrap; pointer-events: none; }
.bar:not(:last-child) .caption { display: none; }
.caption.before { left: auto; right: calc(100% + 7px); }
.dim .bar:not(.near) { opacity: .25; }
.dim .caption { opacity: .55; }
.arrows { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; z-index: 1; overflow: visible; }
.arrows path { fill: none; stroke: var(--arrow); stroke-width: 1; opacity: .38; }
.arrows path.near { stroke: var(--asked); stroke-width: 2; opacity: 1; }
.dim .arrows path:not(.near) { opacity: .08; }
.details { position: sticky; top: 16px; padding: 14px 16px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.details h2 { font-size: 15px; color: var(--ink); margin-bottom: 6px; overflow-wrap: anywhere; }
.details dl { margin: 0; }
.details dt { margin-top: 7px; font-size: 11.5px; color: var(--soft); }
.details dd { margin: 0; overflow-wrap: anywhere; }
.details button { padding: 0; border: 0; background: none; color: var(--asked); font: inherit; text-align: left; cursor: pointer; }
.details button:focus-visible, .all summary:focus-visible { outline: 2px solid var(--asked); outline-offset: 2px; }
.all { margin-top: 22px; }
.all summary { cursor: pointer; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin-top: 8px; font-size: 12.5px; }
th, td { padding: 3px 12px 3px 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr.failed td { color: var(--failed); }
.number { text-align: right; }
@media (max-width: 900px) { main { grid-template-columns: minmax(0, 1fr); } .chart { --names: 130px; } .details { position: static; } .mark:nth-child(2), .mark:nth-child(5) { display: none; } }
@media (max-width: 600px) { .mark:nth-child(4) { display: none; } }
@media print { .details { display: none; } main { display: block; } }
`;
