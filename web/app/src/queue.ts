// Sends what somebody asked for while the server was away, from pages that are no longer open; an open page sends its own.
import { ref } from "vue";
import { api, ApiError, type RecordData, type Value } from "./api";
import { aboutOf, allKept, forget, kCommentPlace, keep, kept, type Place, typedSince, type Unsaved } from "./unsaved";

const open = new Map<string, number>(); // how many pages look after it
const nameOf = ({ kind, id }: Place): string => `${kind}.${id}`;
// A page that looks after what was typed on it, as long as it is open.
export function holds(place: Place): () => void {
  const count = (more: number): void => { open.set(nameOf(place), (open.get(nameOf(place)) ?? 0) + more); };
  count(1);
  return () => count(-1);
}
const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const at = (record: RecordData, name: string): Value => (name === "title" ? record.title : record.fields[name] ?? null);

async function sendNew({ kind }: Place, unsaved: Unsaved): Promise<boolean> {
  if (!unsaved.key) return false; // nobody has asked for it yet
  const sent = unsaved.sent ?? unsaved;
  const { id } = await api.create(kind, sent.title ?? "", sent.fields ?? {}, unsaved.key);
  const later = typedSince(sent, unsaved);
  if (later) await api.change(await api.show(kind, id), later); // the answer of the creation may be an old one
  return true;
}
async function sendComment(place: Place, unsaved: Unsaved): Promise<boolean> {
  if (!unsaved.key) return false;
  const sent = unsaved.sent ?? unsaved;
  await sayComment(place.id, sent, unsaved.key);
  if (!typedSince(sent, unsaved)) return true;
  keep(place, { fields: unsaved.fields }); // nobody has asked for that yet
  return false;
}
async function sendChange({ kind, id }: Place, { title, fields, base }: Unsaved): Promise<boolean> {
  const now = await api.show(kind, id);
  // Where somebody else wrote in the same field meanwhile, a person decides, on the page of the record.
  if (!base || Object.entries(base).some(([name, before]) => !same(at(now, name), before))) return false;
  await api.change(now, { ...(title !== undefined && { title }), ...(fields && { fields }) });
  return true;
}
export const sayComment = (place: string, { fields }: Unsaved, key: string): ReturnType<typeof api.comment> => {
  const { kind, id, thread } = aboutOf(place);
  return api.comment(kind, id, { ...fields, ...(thread && { parent: thread }) }, key);
};
const senderOf = ({ kind, id }: Place): typeof sendNew => (kind === kCommentPlace ? sendComment : id === "new" || id.startsWith("new-") ? sendNew : sendChange);

export const sent = ref(0); // the last time the server came back
let sending = false;
export async function sendKept(): Promise<void> {
  if (sending) return;
  sending = true;
  sent.value = 0;
  try {
    for (const place of allKept()) {
      const unsaved = kept(place);
      if (!unsaved || open.get(nameOf(place))) continue;
      try {
        if (!(await senderOf(place)(place, unsaved))) continue;
      } catch (problem) {
        if (!(problem instanceof ApiError)) throw problem;
        if (problem.status === 0 || problem.status === 401) return; // away again, or signed out: nothing else would go
        // Done long ago, and the answer is gone; else it is refused, stays, stands on the home page, and does not hold up the others.
        if (problem.problem.code !== "http.key.done" || typedSince(unsaved.sent ?? unsaved, unsaved)) continue;
      }
      // What was typed in a page that was opened meanwhile is its own.
      if (JSON.stringify(kept(place)) === JSON.stringify(unsaved)) forget(place);
      ++sent.value;
    }
  } finally {
    sending = false;
  }
}
