// Every text that somebody typed and the server does not have yet, in one place: forms, thoughts, comments, the form of a partner's
// link. It stays in this browser over a reload, a lost server and an expired session, until it is saved.
import type { Value } from "./api";

export interface Typed { title?: string; fields?: Record<string, Value> }
// `base` is what the server had in the fields when they were changed. `key` stands where somebody has asked to send it: it is
// sent when the server is back, once. `sent` is what went with the key: only that may go with it again, because the answer
// alone may have been lost.
export interface Unsaved extends Typed { base?: Record<string, Value>; key?: string; sent?: Typed }
// Where it was typed: a record by its id, "new" for the form of a new one, "new-" and its key for a thought that was asked to
// be written down; of kCommentPlace what it is about (aboutId); of kLinkPlace the secret of the link.
// No kind of record is called so.
export const kCommentPlace = "~comment", kLinkPlace = "~link";
export interface Place { kind: string; id: string }
export interface About { kind: string; id: string; thread?: string }
export const aboutId = ({ kind, id, thread }: About): string => [kind, id, thread].filter(Boolean).join(".");
export const aboutOf = (id: string): About => { const [kind = "", record = "", thread] = id.split("."); return { kind, id: record, ...(thread && { thread }) }; };

const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
// What was typed after something was sent; null when nothing was.
export function typedSince(sent: Typed, now: Typed): Typed | null {
  const out: Typed = {};
  if ((now.title ?? "") !== (sent.title ?? "")) out.title = now.title ?? "";
  for (const name of new Set([...Object.keys(sent.fields ?? {}), ...Object.keys(now.fields ?? {})]))
    if (!same(sent.fields?.[name], now.fields?.[name])) (out.fields ??= {})[name] = now.fields?.[name] ?? null;
  return out.title === undefined && !out.fields ? null : out;
}

// Where several people share a device, each has their own.
let prefix = "hamdil.draft.";
export const unsavedOf = (login: string): void => { prefix = login ? `hamdil.draft@${encodeURIComponent(login).replaceAll(".", "%2E")}.` : "hamdil.draft."; };
const keyOf = ({ kind, id }: Place): string => `${prefix}${kind}.${id}`;
// What a partner typed goes with the tab: the device may be anybody's.
const storeOf = ({ kind }: Place): Storage => (kind === kLinkPlace ? sessionStorage : localStorage);

export function keep(place: Place, unsaved: Unsaved): void {
  if (unsaved.title === undefined && !Object.keys(unsaved.fields ?? {}).length) return forget(place);
  try {
    storeOf(place).setItem(keyOf(place), JSON.stringify(unsaved));
  } catch { /* full or forbidden: what is typed stays on its page, and is sent from there */ }
}
export function forget(place: Place): void { storeOf(place).removeItem(keyOf(place)); }
export function kept(place: Place): Unsaved | null {
  try {
    return JSON.parse(storeOf(place).getItem(keyOf(place)) ?? "null") as Unsaved | null;
  } catch {
    return null;
  }
}
export function allKept(): Place[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => {
    const [kind = "", ...id] = key.slice(prefix.length).split(".");
    return { kind, id: id.join(".") };
  });
}
