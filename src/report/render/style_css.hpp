// The style sheet of HTML products. Logical properties only, so that right-to-left pages mirror by themselves.
#pragma once

namespace hamdil::report {

inline constexpr const char* kStyleSheet =
    R"css(:root { --ink: #1c2733; --soft: #52606d; --line: #c9d2da; --tint: #f2f5f7; --accent: #0b5c7a; --warn: #8a4b00; --warn-tint: #fff6e8; }
* { box-sizing: border-box; }
html { font-size: 100%; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 54rem; padding: 0 1.25rem 4rem; color: var(--ink); background: #fff; font-family: "Noto Sans", "Noto Sans Arabic", "Segoe UI", Tahoma, sans-serif; line-height: 1.6; }
[dir="rtl"] body, body:dir(rtl) { font-family: "Noto Sans Arabic", "Noto Sans", Tahoma, sans-serif; line-height: 1.8; }
h1, h2, h3, h4, h5 { line-height: 1.3; text-wrap: balance; }
h1 { font-size: 2.1rem; margin: 0 0 .5rem; }
h2 { font-size: 1.5rem; margin: 3rem 0 .75rem; padding-block-start: 1rem; border-block-start: 2px solid var(--accent); }
h3 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h4, h5 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
p { margin: .6rem 0; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, .table-box:focus-visible { outline: 3px solid #e08e0b; outline-offset: 2px; }
.skip { position: absolute; inset-inline-start: -999rem; }
.skip:focus { inset-inline-start: 1rem; inset-block-start: 1rem; background: #fff; padding: .5rem 1rem; z-index: 2; }
.title-page { padding-block: 3.5rem 2rem; }
.subtitle { font-size: 1.2rem; color: var(--soft); }
.title-page dl { margin: 2rem 0 0; }
.title-page dl div { display: flex; gap: 1rem; padding-block: .35rem; border-block-end: 1px solid var(--line); }
.title-page dt { flex: 0 0 11rem; color: var(--soft); }
.title-page dd { margin: 0; }
.banner { display: inline-block; margin: 0 0 1.5rem; padding: .3rem .8rem; border: 2px solid var(--warn); color: var(--warn); background: var(--warn-tint); font-weight: 700; }
footer.banner { display: block; margin: 3rem 0 0; text-align: center; }
.contents { background: var(--tint); padding: 1rem 1.5rem; border-radius: .4rem; }
.contents h2 { margin: 0 0 .5rem; padding: 0; border: 0; font-size: 1.1rem; }
.contents ul { list-style: none; margin: 0; padding: 0; }
.contents li { padding-block: .15rem; }
.contents .level-2 { padding-inline-start: 1.75rem; font-size: .93rem; }
.contents a { text-decoration: none; }
.contents a:hover { text-decoration: underline; }
.num, .fact, .nr { font-variant-numeric: tabular-nums; }
.num, .fact { direction: ltr; unicode-bidi: isolate; white-space: nowrap; }
.fact.words { direction: inherit; }
.nr { color: var(--soft); font-weight: 400; unicode-bidi: isolate; }
code { font-family: "Noto Sans Mono", "DejaVu Sans Mono", monospace; font-size: .88em; overflow-wrap: anywhere; unicode-bidi: isolate; }
.mark { font-size: .72em; line-height: 0; }
figure { margin: 1.75rem 0; }
figcaption, caption { text-align: start; font-weight: 600; padding-block-end: .5rem; }
.label { color: var(--accent); }
.drawing svg { max-width: 100%; height: auto; display: block; }
.drawing.narrow { display: none; }
.drawing.narrow svg { width: 100%; max-width: 27rem; }
.no-drawing { padding: .6rem .9rem; background: var(--warn-tint); border-inline-start: 4px solid var(--warn); }
.table-box { overflow-x: auto; margin-block: 1.25rem .25rem; }
@media screen and (max-width: 54rem) {
  .table-box { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .6rem .2rem; background: linear-gradient(to right, #fff 40%, #fff0) left / 3rem 100% local no-repeat, linear-gradient(to left, #fff 40%, #fff0) right / 3rem 100% local no-repeat, linear-gradient(to right, #1c273355, #1c273300) left / 1rem 100% scroll no-repeat, linear-gradient(to left, #1c273355, #1c273300) right / 1rem 100% scroll no-repeat, #fff; }
  caption div { position: sticky; inset-inline-start: 0; max-width: calc(100vw - 4rem); }
  td.end { white-space: nowrap; }
  tbody th { min-width: 8rem; }
  td code { white-space: nowrap; }
}
table { border-collapse: collapse; font-size: .92rem; min-width: min(100%, 30rem); width: 100%; }
th, td { padding: .4rem .6rem; text-align: start; vertical-align: top; border-block-end: 1px solid var(--line); }
thead th, thead td { border-block-end: 2px solid var(--ink); vertical-align: bottom; }
thead th[scope="colgroup"] { text-align: center; border-block-end: 1px solid var(--line); }
tbody th { font-weight: 400; }
td { font-variant-numeric: tabular-nums; }
.end { text-align: end; }
.center { text-align: center; }
.withheld { text-align: end; color: var(--soft); background: repeating-linear-gradient(45deg, #fff 0 4px, #e9eef2 4px 8px); }
tr.group th { font-weight: 700; background: var(--tint); }
.notes { font-size: .85rem; color: var(--soft); }
.notes p { margin: .2rem 0; }
details { margin-block-start: .75rem; }
summary { cursor: pointer; color: var(--accent); padding-block: .3rem; }
.note { margin: 1.25rem 0; padding: .75rem 1.1rem; border-inline-start: 4px solid var(--accent); background: var(--tint); }
.note.caution { border-inline-start-color: var(--warn); background: var(--warn-tint); }
.note-title { font-weight: 700; }
li { margin-block: .3rem; }
:lang(fa) ol, :lang(ps) ol { list-style-type: persian; }
@media (max-width: 40rem) {
  h1 { font-size: 1.6rem; }
  h2 { font-size: 1.3rem; }
  body { padding-inline: .9rem; }
  .title-page dl div { display: block; }
}
@media screen and (max-width: 42rem) {
  .drawing.wide { display: none; }
  .drawing.narrow { display: block; }
}
@page { size: A4; margin: 20mm 18mm 24mm; }
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  .title-page { min-height: 60vh; }
  .contents { break-before: page; background: none; padding: 0; }
  h2, h3, h4, figcaption, caption { break-after: avoid; }
  figure, .note, tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .table-box { overflow: visible; }
  .skip { display: none; }
  .page-break { break-after: page; }
  tbody tr:first-child { break-before: avoid; }
  details > summary { display: none; }
  details::details-content { content-visibility: visible; display: block; }
}
)css";

}  // namespace hamdil::report
