/**
 * The look of a report: light and dark by what the reader has chosen, phone to print. Each colour of text has at least 4.5 to 1 against what
 * lies behind it, and each part of a chart 3 to 1.
 * @see https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --soft: #f3f5f7; --quiet: #4d5761; --rule: #c3cad1; --link: #0a4ea8;
  --good: #0b6b34; --bad: #b3170f; --part-0: #1f7a4d; --part-1: #c2410c; --part-2: #64748b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181c; --ink: #e8ecef; --soft: #20262c; --quiet: #b3bdc6; --rule: #4a545d; --link: #8dbdff;
    --good: #6fdc9a; --bad: #ff9a8f; --part-0: #4cc38a; --part-1: #ff8b5e; --part-2: #94a3b8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.3rem; border-top: 2px solid var(--rule); padding-top: 1rem; margin-top: 2rem; }
h3 { font-size: 1.1rem; margin-top: 1.5rem; }
h1.good { color: var(--good); } h1.bad { color: var(--bad); }
a { color: var(--link); }
code, pre { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
pre { background: var(--soft); padding: .6rem; border-radius: .3rem; }
.quiet { color: var(--quiet); }
.cause { border-left: 4px solid var(--part-1); padding-left: .8rem; margin: 1.2rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--rule); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; }
figure svg { max-width: 100%; height: auto; display: block; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; } .skip:focus { position: static; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem 1rem; }
@media (max-width: 30rem) { body { font-size: 15px; } header, main, footer { padding: .7rem; } th, td { padding: .3rem .4rem; } }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #fff; --quiet: #333; --rule: #999; --link: #000; --good: #000; --bad: #000; --part-0: #1f7a4d; --part-1: #c2410c; --part-2: #64748b; }
  .skip { display: none; } .wide { overflow: visible; }
  /* Nobody unfolds what is on paper. */
  details::details-content { content-visibility: visible; block-size: auto; }
  figure, .cause, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
`;
