// Sends what was typed while the server was away, from pages that are no longer open; an open page sends its own.
import { ref } from "vue";
import { api, ApiError, type RecordData, type Value } from "./api";
import { allKept, forget, kept, type Draft, typedSince } from "./drafts";

const open = new Set<string>();
// A form that looks after its own draft, as long as it is open.
export function holds(kind: string, id: string): () => void {
  open.add(`${kind}.${id}`);
  return () => { open.delete(`${kind}.${id}`); };
}
const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const at = (record: RecordData, name: string): Value => (name === "title" ? record.title : record.fields[name] ?? null);

async function send(kind: string, id: string, draft: Draft): Promise<void> {
  if (id === "new" || id.startsWith("new-")) {
    if (!draft.key) return; // nobody has asked to create it yet
    const sent = draft.sent ?? draft;
    const made = await api.create(kind, sent.title ?? "", sent.fields ?? {}, draft.key);
    const later = typedSince(sent, draft);
    if (later) await api.change(made, later);
  } else {
    const now = await api.show(kind, id);
    // Where somebody else wrote in the same field meanwhile, a person decides, on the page of the record.
    if (!draft.base || Object.entries(draft.base).some(([name, before]) => !same(at(now, name), before))) return;
    await api.change(now, { ...(draft.title !== undefined && { title: draft.title }), ...(draft.fields && { fields: draft.fields }) });
  }
  forget(kind, id);
}
export const sent = ref(0); // the last time the server came back
let sending = false;
export async function sendKept(): Promise<void> {
  if (sending) return;
  sending = true;
  sent.value = 0;
  try {
    for (const one of allKept()) {
      const draft = kept(one.kind, one.id);
      if (!draft || open.has(`${one.kind}.${one.id}`)) continue;
      try {
        await send(one.kind, one.id, draft);
      } catch (problem) {
        if (!(problem instanceof ApiError)) throw problem;
        if (problem.status === 0 || problem.status === 401) return; // away again, or signed out: nothing else would go
        continue; // refused: it stays, stands on the home page, and does not hold up the others
      }
      if (!kept(one.kind, one.id)) ++sent.value;
    }
  } finally {
    sending = false;
  }
}
