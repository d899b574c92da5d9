// Changes of others as they happen. The stream is opened with a ticket for one use: the token never stands in an address.
import { api } from "./api";

export interface RecordEvent { kind: string; id: string; version: number; who: string; action: string }
const listeners = new Set<(event: RecordEvent) => void>();
let source: EventSource | undefined;
let opening = false;

async function open(): Promise<void> {
  if (source || opening) return;
  opening = true;
  try {
    const { ticket } = await api.ticket();
    source = new EventSource(`/api/v1/events?ticket=${encodeURIComponent(ticket)}`);
    source.addEventListener("record", (message) => {
      const event = JSON.parse((message as MessageEvent<string>).data) as RecordEvent;
      for (const listener of listeners) listener(event);
    });
    source.onerror = () => {
      source?.close();
      source = undefined;
      if (listeners.size) setTimeout(() => void open(), 3000); // a ticket serves once: ask for the next
    };
  } catch {
    if (listeners.size) setTimeout(() => void open(), 3000);
  } finally {
    opening = false;
  }
}

export function listen(listener: (event: RecordEvent) => void): () => void {
  listeners.add(listener);
  void open();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) { source?.close(); source = undefined; }
  };
}
