/** The style of the report: the reader's colour scheme, system fonts, nothing to load. */
export const style = `
:root {
  color-scheme: light dark;
  --text: #1c1e21; --muted: #5d6470; --page: #fbfbfa; --card: #ffffff; --rule: #dfe1e5;
  --train: #b45309; --test: #1d5fbf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e7ea; --muted: #a0a7b4; --page: #14161a; --card: #1c1f25; --rule: #333843;
    --train: #f0a04b; --test: #74b0ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 72rem;
  background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 3rem 0 1rem; font-size: 1.25rem; }
h3 { margin: 0 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; max-width: 46rem; }
.muted, figcaption, caption { color: var(--muted); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.75rem 0 0; }
.figures div, .chart, figure { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 1rem 1.15rem; }
.figures dt { color: var(--muted); font-size: .9rem; }
.figures dd { margin: .15rem 0 0; font-size: 1.7rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures small { display: block; font-size: .8rem; font-weight: 400; color: var(--muted); }
.legend { max-width: none; }
.swatch { display: inline-block; width: 1.1em; height: 3px; margin: 0 .25em .28em 0; border-radius: 2px; background: currentColor; }
.test.swatch { margin-left: 1.25em; }
.train.swatch { background: var(--train); }
.test.swatch { background: var(--test); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1rem; }
.chart svg { display: block; width: 100%; height: auto; color: var(--text); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; align-items: start; }
figure { margin: 0; }
.wide { grid-column: 1 / -1; }
figure svg { display: block; width: 100%; height: auto; color: var(--text); }
figure.half svg { max-width: 30rem; margin: 0 auto; }
figure img { display: block; width: 100%; height: auto; border-radius: 4px; image-rendering: pixelated; }
figcaption { margin-top: .75rem; font-size: .9rem; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem 2.5rem; align-items: start; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .4rem; font-size: .9rem; }
th, td { padding: .35rem 0; border-bottom: 1px solid var(--rule); text-align: left; font-weight: 400; }
th { color: var(--muted); padding-right: 1rem; }
td { text-align: right; overflow-wrap: anywhere; }
table.wide { margin-bottom: 1.5rem; }
table.wide td, table.wide thead th { padding-right: 1rem; }
table.wide td:nth-child(2), table.wide td:nth-child(3), table.wide thead th:nth-child(2), table.wide thead th:nth-child(3) { text-align: right; white-space: nowrap; }
table.wide td:last-child { text-align: left; color: var(--muted); }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; }
`
