/** Style of the console. Each state is told by a sign and a word too; the colours keep a contrast of 4.5 to 1. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --ink: #1c1e21; --soft: #5d646d; --line: #d9dadb; --panel: #ffffff; --link: #1d4ed8;
  --good: #21694a; --busy: #1d4ed8; --warn: #8a5a0b; --bad: #b3261e; --bad-paper: #fdf0ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181c; --ink: #e8eaed; --soft: #a3acb7; --line: #343a42; --panel: #1e2329; --link: #8ab4ff;
    --good: #5fc396; --busy: #8ab4ff; --warn: #e0a83e; --bad: #f58b80; --bad-paper: #2c1d1d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 16px 24px 40px; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; border-bottom: 1px solid var(--line); padding-bottom: 8px; }
h1 { margin: 0; font-size: 20px; }
h1 a { color: inherit; text-decoration: none; }
h2 { margin: 20px 0 6px; font-size: 16px; }
h3 { margin: 0 0 6px; font-size: 13px; }
a { color: var(--link); }
p { margin: 4px 0; }
code, pre { font: 12px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { max-height: 320px; overflow: auto; margin: 4px 0; padding: 8px; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; }
.soft { color: var(--soft); font-weight: 400; }
.bad { color: var(--bad); } .good { color: var(--good); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button { padding: 3px 10px; border: 1px solid var(--line); border-radius: 5px; background: var(--panel); color: var(--ink); font: inherit; cursor: pointer; }
button.primary { background: var(--link); border-color: var(--link); color: var(--paper); }
button.quiet { padding: 0 6px; min-height: 24px; font-size: 12px; color: var(--soft); }
button:disabled { opacity: .55; cursor: default; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.findings, .drills, .messages, .clock, .box ul { margin: 0; padding: 0; list-style: none; }
.findings li { margin: 0 0 6px; padding: 6px 12px; border-left: 4px solid var(--line); background: var(--panel); }
.findings .also { margin: 2px 0; padding: 0 0 0 1.25em; list-style: disc; }
.findings .also li { margin: 0; padding: 0; border: 0; background: none; }
.findings li.problem { border-color: var(--bad); background: var(--bad-paper); }
.findings li.wait { border-color: var(--busy); }
.mend { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.command { display: inline-flex; gap: 6px; align-items: center; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 4px 18px 4px 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
thead th { color: var(--soft); font-size: 12px; }
.state { position: relative; display: inline-flex; gap: 4px; align-items: baseline; }
.state i { display: inline-block; width: 1em; font-style: normal; font-weight: 700; text-align: center; }
.state.done { color: var(--good); } .state.working { color: var(--busy); } .state.empty, .state.waiting, .state.none, .state.unread { color: var(--soft); }
.state.due, .state.owed { color: var(--warn); } .state.failed, .state.stuck, .state.late { color: var(--bad); font-weight: 600; }
.clock { columns: 2 340px; }
.clock li { display: flex; gap: 10px; }
.clock li > b { flex: 0 0 104px; white-space: nowrap; }
.clock .next { color: var(--busy); }
.drills li { margin: 0 0 6px; display: grid; grid-template-columns: 250px 1fr; gap: 4px 12px; align-items: center; }
.drills button { text-align: left; }
.drills p { grid-column: 1 / -1; padding: 4px 12px; border-left: 4px solid var(--busy); background: var(--panel); }
.head { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: baseline; font-size: 20px; }
.head a { font-size: 14px; font-weight: 400; }
.verdict { padding: 0 8px; border-radius: 4px; border: 1px solid; font-size: 14px; }
.verdict.complete, .verdict.backfill { color: var(--good); } .verdict.working { color: var(--busy); } .verdict.stuck, .verdict.nothing { color: var(--bad); }
.flow { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; margin: 12px 0; align-items: start; }
.flow > div { display: grid; gap: 12px; min-width: 0; }
.box { padding: 10px 12px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; min-width: 0; overflow-wrap: anywhere; }
.box.orchestrator { border-style: dashed; border-color: var(--soft); }
.box li { margin: 0 0 4px; font-size: 13px; }
.box .topic { margin: 8px 0 0; padding-top: 6px; border-top: 1px solid var(--line); }
.box li .soft, .box li .bad { display: block; padding-left: 1.25em; }
.box .soft, .box .bad { font-size: 12px; }
progress { width: 100%; accent-color: var(--busy); }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0; }
.messages li { border-bottom: 1px solid var(--line); padding: 2px 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
dialog { width: min(760px, 94vw); max-height: 86vh; padding: 16px 20px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); color: var(--ink); }
dialog h2 { margin-top: 0; }
dialog::backdrop { background: rgb(0 0 0 / .45); }
@media (max-width: 600px) {
  body { padding: 12px 12px 30px; }
  .drills li { grid-template-columns: 1fr; }
  .command { display: contents; } .command code { flex: 1 0 100%; }
  .mend button { min-height: 32px; }
  .dates { width: 100%; } .dates th, .dates td { padding-right: 6px; white-space: normal; vertical-align: top; font-size: 12px; }
  .dates th[scope=row] a { white-space: nowrap; } .dates td > .soft, .dates thead .long { display: none; }
}
`;
