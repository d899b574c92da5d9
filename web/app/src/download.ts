import { dayOf, shortDay } from "./calendar";
import { store } from "./store";
import { calendar, today } from "./words";

// Hands a file that the server made to the browser's own download.
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// In a sentence, day and ending keep their order, whatever letters stand before them.
export const asShown = (name: string): string => name.replace(/[\d-]+\.\w+$/, "\u2066$&\u2069");

// In the reader's language and calendar: what it is and of which day; what comes out of a demonstration says so, too. Signs that a
// disk refuses are left out, and direction marks, which nobody sees and no search finds.
export function fileName(name: string, format: string): string {
  const day = shortDay(dayOf(today(), calendar())!, calendar()).replaceAll("/", "-");
  const plain = name.replace(/[\u200e\u200f\u2066-\u2069]/g, "").replace(/[\\/:*?"<>|\p{Cc}]+/gu, " ").trim().slice(0, 80);
  return `${store.session?.workspace?.demo ? "DEMO-" : ""}${plain} ${day}.${format}`;
}
