// Changes of others as they happen. The stream is opened with a ticket for one use: the token never stands in an address.
import { getCurrentScope, onScopeDispose } from "vue";
import { api, kClient, type Present } from "./api";
import { store } from "./store";

export interface RecordEvent { kind: string; id: string; version: number; who: string; action: string; client?: string }
export interface JobEvent { id: string; state: string; progress: number }
// By the name of the event; "again" is told when the stream is open (again), because what happened meanwhile was missed.
interface Events { record: RecordEvent; job: JobEvent; list: { kind: string; who: string; records: number }; presence: { kind: string; id: string; people: Present[] }; again: null }
const kNames = ["record", "job", "list", "presence"] as const;
const listeners = new Map<string, Set<(event: never) => void>>();
const tell = (name: string, event: unknown): void => { for (const listener of listeners.get(name) ?? []) (listener as (event: unknown) => void)(event); };
const anybody = (): boolean => [...listeners.values()].some((set) => set.size > 0);
let source: EventSource | undefined;
let opening = false;

async function open(): Promise<void> {
  if (source || opening) return;
  opening = true;
  try {
    const { ticket } = await api.ticket();
    source = new EventSource(`/api/v1/events?ticket=${encodeURIComponent(ticket)}`);
    for (const name of kNames) source.addEventListener(name, (message) => tell(name, JSON.parse((message as MessageEvent<string>).data)));
    source.onopen = () => tell("again", null);
    source.onerror = () => {
      source?.close();
      source = undefined;
      if (anybody()) setTimeout(() => void open(), 3000); // a ticket serves once: ask for the next
    };
  } catch {
    if (anybody()) setTimeout(() => void open(), 3000);
  } finally {
    opening = false;
  }
}

export function on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
  const own = listeners.get(name) ?? new Set();
  listeners.set(name, own.add(listener));
  void open();
  return () => {
    own.delete(listener);
    if (!anybody()) { source?.close(); source = undefined; }
  };
}
// What this window did itself. The name of the window alone is not enough: others have heard it.
export const isOwn = (event: RecordEvent): boolean => event.client === kClient && event.who === store.session?.who;
export const listen = (listener: (event: RecordEvent) => void): (() => void) => on("record", listener);

// What shows many records is read anew when others have changed one of them: once for a rush of changes, and in a window
// that nobody sees only when somebody looks again.
export function follow(shows: (kind: string) => boolean, read: () => void): void {
  const kPause = 700;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  const readNow = (): void => { if (isDue && !document.hidden) { isDue = false; read(); } };
  const readSoon = (kind: string): void => {
    if (!shows(kind)) return;
    isDue = true;
    waiting ??= setTimeout(() => { waiting = undefined; readNow(); }, kPause);
  };
  const stops = [listen((event) => { if (!isOwn(event)) readSoon(event.kind); }), on("list", (event) => readSoon(event.kind))];
  document.addEventListener("visibilitychange", readNow);
  const end = (): void => { clearTimeout(waiting); document.removeEventListener("visibilitychange", readNow); for (const stop of stops) stop(); };
  if (getCurrentScope()) onScopeDispose(end);
}
