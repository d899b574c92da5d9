// A thought that is written down from anywhere: which kind it is taken for, and how it is kept while the server is away.
import { ref } from "vue";
import { api, type KindDefinition, type RecordData } from "./api";
import { useOnce } from "./once";
import { folded } from "./search";
import { shownKinds, may } from "./store";

export const capturing = ref(false);
const kLast = "hamdil.capture"; // the kind that was chosen last
const kFirst = "monitoring_note";
// Kinds of which a title alone is a record.
export const capturable = (): KindDefinition[] => shownKinds.value.filter((kind) => !kind.made_by_program && may(kind.name, "create") && !kind.complete_at_once);
// "Visit: the bridge is closed" names its kind; else that of the page, else the last one.
export function guess(text: string, page: string): string {
  const kinds = capturable();
  const named = folded(/^([^:：]{2,40})[:：]/.exec(text)?.[1] ?? "");
  const said = named ? kinds.find((kind) => [kind.label, kind.plural, kind.name].some((name) => folded(name) === named)) : undefined;
  const known = (name: string): boolean => kinds.some((kind) => kind.name === name);
  return said?.name ?? [page, localStorage.getItem(kLast) ?? "", kFirst].find(known) ?? kinds[0]?.name ?? "";
}
// The title without the name of its kind.
export const titleOf = (text: string, kind: KindDefinition): string => {
  const [all, name] = /^([^:：]{2,40})[:：]\s*/.exec(text) ?? [];
  return (all && [kind.label, kind.plural, kind.name].some((one) => folded(one) === folded(name!)) ? text.slice(all.length) : text).trim();
};
// The record, or null when it waits in this browser until the server is back.
export async function capture(kind: string, title: string): Promise<RecordData | null> {
  localStorage.setItem(kLast, kind);
  const once = useOnce({ kind, id: `new-${crypto.randomUUID()}` }, () => ({ title }), (body, key) => api.create(kind, body.title ?? "", {}, key));
  try {
    return (await once.ask()).answer;
  } catch (problem) {
    if (once.waits.value) return null;
    once.anew();
    throw problem;
  }
}
