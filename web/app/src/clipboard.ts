// Cells from the clipboard of a spreadsheet, as a file that the import reads: with their merged heads where the clipboard carries HTML, else parted by tabs.
type Rows = string[][];

// A cell that spans columns fills the first of them, as in a file; one that spans rows fills its first row.
function ofHtml(html: string): Rows {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (!table) return [];
  const out: Rows = [];
  const taken = new Set<string>();
  [...table.rows].forEach((row, at) => {
    const cells: string[] = [];
    const skip = (): void => { while (taken.has(`${at},${cells.length}`)) cells.push(""); };
    for (const cell of row.cells) {
      skip();
      for (const line of cell.querySelectorAll("br")) line.replaceWith("\n");
      const column = cells.length;
      for (let down = 1; down < cell.rowSpan; down++) for (let along = 0; along < cell.colSpan; along++) taken.add(`${at + down},${column + along}`);
      cells.push((cell.textContent ?? "").replace(/[ \t\u00a0]*\n[ \t\u00a0]*/g, "\n").trim(), ...Array<string>(cell.colSpan - 1).fill(""));
    }
    out.push(cells);
  });
  return out;
}
// Cells with line breaks or quotes stand in quotes; others may hold quotes as they are.
function ofText(text: string): Rows {
  const out: Rows = [[]];
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  for (let at = 0; at <= plain.length; at++) {
    let cell = "";
    if (plain[at] === '"' && /^"(?:[^"]|"")*"(?:[\t\n]|$)/.test(plain.slice(at))) {
      for (at++; !(plain[at] === '"' && plain[at + 1] !== '"'); at++) { if (plain[at] === '"') at++; cell += plain[at]; }
      at++;
    } else
      for (; at < plain.length && plain[at] !== "\t" && plain[at] !== "\n"; at++) cell += plain[at];
    out.at(-1)!.push(cell);
    if (plain[at] === "\n") out.push([]);
  }
  return out;
}

export function rowsOf(text: string, html: string): Rows {
  const rows = html ? ofHtml(html) : [];
  return rows.length ? rows : ofText(text);
}
// None where it is a single word, which is typed and not a list.
export function fileOf(text: string, html: string): File | null {
  const rows = rowsOf(text, html);
  if (rows.length < 2 && (rows[0]?.length ?? 0) < 2) return null;
  const csv = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n");
  return new File([csv], "pasted.csv", { type: "text/csv" });
}
