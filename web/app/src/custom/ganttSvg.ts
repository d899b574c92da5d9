// The plan of dates as one drawing, for other programs: bars with their names, months, what waits for what.
import { calendar, dateText, shortDate } from "../words";
import { dateOf, months, type Bar } from "./schedule";

const kRow = 36, kNames = 300, kChart = 860, kTop = 48;
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
// A name in two lines of about the room beside the bars, parted between words; what is longer still stands whole in the bar's own title.
const kLine = 42;
function lines(text: string): string[] {
  if (text.length <= kLine) return [text];
  const space = text.lastIndexOf(" ", kLine);
  const end = space > kLine / 2 ? space : kLine;
  const rest = text.slice(end).trim();
  return [text.slice(0, end), rest.length > kLine ? rest.slice(0, kLine - 1) + "…" : rest];
}

export interface GanttWords { title: string; note: string; critical: string; free: string; rightToLeft: boolean }
export function ganttSvg(bars: Bar[], words: GanttWords): string {
  const marks = bars.length ? months(Math.min(...bars.map((bar) => bar.from)), Math.max(...bars.map((bar) => bar.to)), calendar()) : [];
  const first = marks[0] ?? 0;
  const days = Math.max(1, Math.max(0, ...bars.map((bar) => bar.to)) - first + 3);
  const width = kNames + kChart, height = kTop + bars.length * kRow + 44;
  const along = (x: number, size = 0): number => (words.rightToLeft ? width - x - size : x);
  const at = (day: number): number => kNames + ((day - first) / days) * kChart;
  const text = (x: number, y: number, value: string, more = ""): string =>
    `<text x="${along(x).toFixed(1)}" y="${y}" direction="${words.rightToLeft ? "rtl" : "ltr"}" ${more}>${escaped(value)}</text>`;
  const step = Math.max(1, Math.ceil(marks.length / 12));
  const out = marks.filter((_, index) => index % step === 0).map((mark) =>
    `<line x1="${along(at(mark)).toFixed(1)}" x2="${along(at(mark)).toFixed(1)}" y1="${kTop - 8}" y2="${height - 40}" stroke="#d9dde3"/>` + text(at(mark) + 3, kTop - 10, shortDate(dateOf(mark)).slice(0, 7), 'font-size="11" fill="#4a515c"'));
  bars.forEach((bar, row) => {
    const y = kTop + row * kRow, size = Math.max(4, ((bar.to - bar.from + 1) / days) * kChart);
    const name = lines(bar.title);
    name.forEach((line, index) => out.push(text(8, y + (name.length === 1 ? 22 : 15 + index * 15), line)));
    out.push(`<rect x="${along(at(bar.from), size).toFixed(1)}" y="${y + 9}" width="${size.toFixed(1)}" height="18" rx="${bar.kind === "milestone" ? 9 : 3}" fill="${bar.critical ? "#a32020" : "#3f7696"}"${bar.critical ? ' stroke="#6f1212" stroke-width="2"' : ""}><title>${escaped(`${bar.title}: ${dateText(dateOf(bar.from))} – ${dateText(dateOf(bar.to))}`)}</title></rect>`);
    for (const id of bar.after) {
      const before = bars.findIndex((one) => one.id === id);
      if (before < 0) continue;
      const x1 = along(at(bars[before]!.to + 1)), x2 = along(at(bar.from)), y1 = kTop + before * kRow + kRow / 2;
      out.push(`<path d="M${x1.toFixed(1)} ${y1} V${y + kRow / 2} H${x2.toFixed(1)}" fill="none" stroke="${bar.critical && bars[before]!.critical ? "#a32020" : "#6b7480"}"/>`);
    }
  });
  const foot = height - 14;
  out.push(`<rect x="${along(8, 20)}" y="${foot - 10}" width="20" height="10" fill="#a32020" stroke="#6f1212"/>`, text(34, foot, words.critical, 'font-size="12"'));
  out.push(`<rect x="${along(kNames, 20)}" y="${foot - 10}" width="20" height="10" fill="#3f7696"/>`, text(kNames + 26, foot, words.free, 'font-size="12"'));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(words.title)}" font-family="Noto Sans, Noto Sans Arabic, sans-serif" font-size="13" fill="#1b1f24"><title>${escaped(words.title)}</title><rect width="${width}" height="${height}" fill="#fff"/>${text(8, 20, words.title + (words.note ? ` · ${words.note}` : ""), 'font-size="15" font-weight="600"')}${out.join("")}</svg>`;
}
