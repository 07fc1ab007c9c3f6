/** Inside the page: a report is one file that can be sent and kept. */
export const REPORT_STYLE = `
:root { color-scheme: light; --ink: #1d2a26; --soft: #5d6b66; --line: #dbe2de; --ground: #eef2f0; --good: #1b7f5c; --mixed: #d9981c; --bad: #b3372f; --plain: #3b6ea5; --light: #a9c3de; --dark: #24415f; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: #f7f9f8; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.about { color: var(--soft); margin: .25rem 0 1rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; }
.tile, figure, .case, .diff { background: #fff; border: 1px solid var(--line); border-radius: .6rem; }
.tile { padding: .75rem .9rem; } .tile b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .85rem; }
.charts { columns: 2 24rem; column-gap: .75rem; margin-top: .75rem; }
figure { margin: 0 0 .75rem; padding: .9rem; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: .4rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0 0 .5rem; font-size: .82rem; color: var(--soft); }
.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; vertical-align: -.1rem; }
.row { display: grid; grid-template-columns: 9rem 1fr 6.5rem; gap: .6rem; align-items: center; padding: .12rem 0; font-size: .88rem; }
.label { overflow-wrap: anywhere; } .told { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.bar { width: 100%; height: .9rem; display: block; border-radius: .2rem; } .bar .ground { fill: var(--ground); }
.bar .good { fill: var(--good); } .bar .mixed { fill: var(--mixed); } .bar .bad { fill: var(--bad); }
.bar .plain { fill: var(--plain); } .bar .light { fill: var(--light); } .bar .dark { fill: var(--dark); }
i.good { background: var(--good); } i.mixed { background: var(--mixed); } i.bad { background: var(--bad); }
i.plain { background: var(--plain); } i.light { background: var(--light); } i.dark { background: var(--dark); }
.diff { padding: .6rem .9rem; } .diff ul { margin: .2rem 0 .6rem; padding-left: 1.2rem; } .diff p { margin: .3rem 0; }
.case { margin: .4rem 0; } .case summary { padding: .55rem .9rem; cursor: pointer; display: flex; gap: .7rem; align-items: baseline; }
.case summary::before { content: '▸'; color: var(--soft); } .case[open] summary::before { content: '▾'; }
.mark { font-weight: 700; white-space: nowrap; } .mark.good { color: var(--good); } .mark.mixed { color: #8a5d00; } .mark.bad { color: var(--bad); }
.name { flex: 1; overflow-wrap: anywhere; } .facts { color: var(--soft); font-size: .82rem; white-space: nowrap; }
.inside { padding: 0 .9rem .9rem; } .why { margin: 0 0 .7rem; padding-left: 1.2rem; color: var(--bad); overflow-wrap: anywhere; }
.talk { display: flex; flex-direction: column; gap: .4rem; } .talk p { margin: 0; max-width: min(34rem, 88%); padding: .45rem .7rem; border-radius: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
.customer { align-self: flex-end; background: #dcf3e4; } .shop { align-self: flex-start; background: var(--ground); }
.aside { color: var(--soft); font-style: italic; } .options { color: var(--plain); }
@media (max-width: 34rem) { .row { grid-template-columns: 1fr auto; row-gap: .1rem; padding: .2rem 0; } .row .bar { grid-column: 1 / -1; grid-row: 2; } .case summary { flex-wrap: wrap; } .name { flex-basis: 70%; } .facts { white-space: normal; } }
`;
