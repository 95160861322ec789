import { PALETTE } from './markup.ts';

/** The style sheet of the page: usable on a phone, by night and on paper. */
export const STYLE = `
${PALETTE}
html { scroll-padding-top: 5.5rem } body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header, main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.2rem } h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0 }
h2 { font-size: 1.35rem; margin: 2.2rem 0 .4rem; padding-top: .4rem; border-top: 2px solid var(--line) } h3 { font-size: 1.05rem; margin: 0 0 .3rem; overflow-wrap: anywhere }
h4 { font-size: .95rem; margin: .8rem 0 .2rem } p { margin: .3rem 0; max-width: 80ch; overflow-wrap: anywhere } .soft, dt, caption, small { color: var(--soft) }
a { color: var(--work) } code { font: .92em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
:focus-visible { outline: 3px solid var(--work); outline-offset: 2px; border-radius: 3px }
.skip { position: absolute; left: -999rem } .skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); z-index: 3 }
.bar { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line) }
.bar > div { max-width: 76rem; margin: 0 auto; padding: .5rem 1.2rem; display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center }
.bar input { font: inherit; color: inherit; background: var(--code); border: 1px solid var(--soft); border-radius: .3rem; padding: .25rem .6rem; width: min(22rem, 100%) } ::placeholder { color: var(--soft); opacity: 1 }
.bar nav { display: flex; flex-wrap: wrap; gap: .1rem .9rem } .bar output { color: var(--soft); font-size: .9rem }
.part { border: 1px solid var(--line); border-radius: .4rem; padding: .7rem 1rem; margin: .7rem 0 } .part:target { border-color: var(--work); box-shadow: 0 0 0 2px var(--work) }
dl { margin: .4rem 0 } dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 .8rem } dd { margin: 0; overflow-wrap: anywhere }
.scroll { overflow-x: auto; margin: .4rem 0 } table { border-collapse: collapse; width: 100%; font-size: .93rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line) } thead th { background: var(--code) }
tbody th { font-weight: normal; white-space: nowrap } td { min-width: 8rem } pre { background: var(--code); padding: .7rem; overflow: auto; border-radius: .3rem; font-size: .85rem; margin: .4rem 0 }
summary { cursor: pointer } .level { font-size: .85rem; color: var(--soft); font-weight: normal } ul { margin: .2rem 0; padding-left: 1.2rem }
[hidden] { display: none !important } .nothing { padding: 2rem 0; font-size: 1.1rem }
.flow { display: block; min-width: 62rem; width: 100%; height: auto; font: 13px system-ui, sans-serif } .flow text { fill: var(--ink) } .flow .faint { fill: var(--soft); font-size: 11.5px }
.flow .box { fill: var(--code); stroke: var(--soft) } .flow .topic { fill: var(--paper); stroke: var(--work); stroke-width: 1.5 } .flow .dead { fill: var(--paper); stroke: var(--breaking); stroke-dasharray: 5 3 }
.flow .name { font-weight: 600 } .flow path { fill: none; stroke: var(--work); stroke-width: 1.5 } .flow .lost { stroke: var(--breaking); stroke-dasharray: 5 3 }
.flow .tip { fill: var(--work); stroke: none } .flow .lost-tip { fill: var(--breaking); stroke: none } .flow a { text-decoration: none } .flow a:hover .name { text-decoration: underline }
.flow a:focus-visible { outline: 3px solid var(--work) }
search { display: flex; flex-wrap: wrap; gap: .2rem .5rem; align-items: center } .group:not(:has(.part:not([hidden]))) { display: none }
@media (max-width: 40rem) { thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tr, tbody th, td { display: block; border: 0; padding: .1rem 0; white-space: normal } tr { border-bottom: 1px solid var(--line); padding: .4rem 0 } tbody th { font-weight: 600 }
  td:empty { display: none } td::before { content: attr(data-label) ': '; color: var(--soft) } }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr } dd { margin-bottom: .3rem } .bar { position: static } html { scroll-padding-top: .5rem } }
@media print { .bar { display: none } .part { break-inside: avoid } .scroll { overflow: visible } }
`;
