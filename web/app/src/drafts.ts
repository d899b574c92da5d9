// What was typed and is not saved yet survives a reload, a lost server and an expired session: it stays in this browser until it is saved.
import type { Value } from "./api";

// `base` is what the server had in the fields when they were changed. `key` stands in a new record that somebody has
// asked to create: it is sent when the server is back, once.
// Under "new-" and the key stand thoughts that were written down while the server was away.
// `sent` is what went with the key: only that may go with it again, because the answer alone may have been lost.
export interface Draft { title?: string; fields?: Record<string, Value>; base?: Record<string, Value>; key?: string; sent?: Draft }
const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
// What was typed after something was sent; null when nothing was.
export function typedSince(sent: Draft, now: Draft): Draft | null {
  const out: Draft = {};
  if ((now.title ?? "") !== (sent.title ?? "")) out.title = now.title ?? "";
  for (const name of new Set([...Object.keys(sent.fields ?? {}), ...Object.keys(now.fields ?? {})]))
    if (!same(sent.fields?.[name], now.fields?.[name])) (out.fields ??= {})[name] = now.fields?.[name] ?? null;
  return out.title === undefined && !out.fields ? null : out;
}
// Where several people share a device, each has their own.
let prefix = "hamdil.draft.";
export const draftsOf = (login: string): void => { prefix = login ? `hamdil.draft@${login}.` : "hamdil.draft."; };
const keyOf = (kind: string, id: string): string => `${prefix}${kind}.${id}`;

export function keep(kind: string, id: string, draft: Draft): void {
  if (draft.title === undefined && !Object.keys(draft.fields ?? {}).length) return forget(kind, id);
  localStorage.setItem(keyOf(kind, id), JSON.stringify(draft));
}
export function forget(kind: string, id: string): void { localStorage.removeItem(keyOf(kind, id)); }
export function kept(kind: string, id: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(kind, id)) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}
export function allKept(): { kind: string; id: string; title: string }[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => {
    const rest = key.slice(prefix.length);
    const kind = rest.slice(0, rest.indexOf("."));
    const id = rest.slice(kind.length + 1);
    return { kind, id, title: kept(kind, id)?.title ?? "" };
  });
}

// A text that belongs to no form, by the place where it is written: a comment.
export interface KeptText { text: string; key: string }
const placeOf = (place: string): string => `${prefix.replace("draft", "text")}${place}`;
export function keepText(place: string, kept: KeptText | null): void {
  if (kept) localStorage.setItem(placeOf(place), JSON.stringify(kept));
  else localStorage.removeItem(placeOf(place));
}
export function keptText(place: string): KeptText | null {
  try {
    return JSON.parse(localStorage.getItem(placeOf(place)) ?? "null") as KeptText | null;
  } catch {
    return null;
  }
}
