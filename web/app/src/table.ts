// A table as other programs take it. What stands on the page is read from the page itself, so that what is copied is what is seen.
export type Cell = string | number | null;
export interface Table { name: string; head: string[]; rows: Cell[][] }

const textOf = (cell: Element): string => {
  const copy = cell.cloneNode(true) as Element;
  for (const one of copy.querySelectorAll(".hm-noprint, .d-sr-only")) one.remove(); // buttons and what only helps on the page
  for (const one of copy.querySelectorAll<HTMLElement>(".hm-person")) one.textContent = one.dataset.code ?? "";
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
};
// A cell may say what it means by data-value, where it shows a number as people write it.
function valueOf(cell: Element): Cell {
  const own = cell.getAttribute("data-value");
  if (own === null) return textOf(cell);
  return own === "" ? null : Number(own);
}
// Cells that span stand in each row and column that they span.
export function fromElement(table: HTMLTableElement, name: string): Table {
  const rows: Cell[][] = [];
  const waiting = new Map<string, Cell>(); // "row,column" of cells that hang down
  [...table.rows].forEach((row, at) => {
    const out: Cell[] = [];
    const fill = (): void => { for (let key = `${at},${out.length}`; waiting.has(key); key = `${at},${out.length}`) out.push(waiting.get(key)!); };
    for (const cell of row.cells) {
      fill();
      for (let column = 0; column < cell.colSpan; column++) {
        const value = column ? null : valueOf(cell);
        for (let down = 1; down < cell.rowSpan; down++) waiting.set(`${at + down},${out.length}`, value);
        out.push(value);
      }
    }
    fill();
    rows.push(out);
  });
  const [head = [], ...rest] = rows;
  return { name, head: head.map(String), rows: rest };
}

const all = (table: Table): Cell[][] => [table.head, ...table.rows];
const plain = (cell: Cell): string => (cell === null ? "" : String(cell));
// What a spreadsheet would run gets an apostrophe in front, as in the lists that the server writes.
const guarded = (cell: Cell): string => (typeof cell === "string" && /^[=@+\-\t\r]/.test(cell) ? `'${cell}` : plain(cell));
export const toTsv = (table: Table): string => all(table).map((row) => row.map((cell) => guarded(cell).replace(/[\t\n\r]+/g, " ")).join("\t")).join("\n");
export const toCsv = (table: Table): string => "\ufeff" + all(table).map((row) => row.map((cell) => `"${guarded(cell).replaceAll('"', '""')}"`).join(",")).join("\r\n") + "\r\n";
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
export function toHtml(table: Table): string {
  const row = (cells: Cell[], tag: string): string => `<tr>${cells.map((cell) => `<${tag}>${escaped(guarded(cell))}</${tag}>`).join("")}</tr>`;
  return `<table dir="${document.documentElement.dir}"><thead>${row(table.head, "th")}</thead><tbody>${table.rows.map((cells) => row(cells, "td")).join("")}</tbody></table>`;
}

// Both at once, so that a text editor takes the one and a spreadsheet or a document the other. The event works without the newer interface, too.
export function copy(text: string, html: string): boolean {
  let done = false;
  const give = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.clipboardData?.setData("text/plain", text);
    if (html) event.clipboardData?.setData("text/html", html);
    done = true;
  };
  document.addEventListener("copy", give, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", give);
  return done;
}
