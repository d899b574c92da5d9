// Whether the server answers, since when it does not, and what was read in this window before: lists and records stay
// readable from memory while it is away. Nothing of it is written to the disk.
import { reactive } from "vue";

export const connection = reactive({ awaySince: 0 }); // milliseconds; 0 while the server answers
const kMost = 400; // answers
export const remembered = new Map<string, unknown>();
export function remember(address: string, answer: unknown): void {
  remembered.delete(address); // the latest stands last
  remembered.set(address, answer);
  if (remembered.size > kMost) remembered.delete(remembered.keys().next().value!);
}

const backs = new Set<() => void>();
// Told when the server answers again.
export function whenBack(tell: () => void): () => void {
  backs.add(tell);
  return () => { backs.delete(tell); };
}
let look = (): Promise<unknown> => Promise.resolve();
export const lookWith = (how: () => Promise<unknown>): void => { look = how; };

let timer: ReturnType<typeof setInterval> | undefined;
export function lost(): void {
  connection.awaySince ||= Date.now();
  timer ??= setInterval(() => void look().catch(() => {}), 3000);
}
export function found(): void {
  if (!connection.awaySince) return;
  connection.awaySince = 0;
  clearInterval(timer);
  timer = undefined;
  for (const tell of [...backs]) tell();
}
