// What records are called in the reader's language where only their title was told: hits, links, what is due. Each record whose kind
// names its titles by language is asked for once; whoever may not see it keeps the title.
import { reactive } from "vue";
import { api } from "./api";
import { kindOf, named } from "./store";

interface Told { kind: string; id: string; title: string; names?: Record<string, string> }

export function useTitles(): { titled: (one: Told) => string; afresh: () => void } {
  const known = reactive(new Map<string, Record<string, string>>());
  const asked = new Set<string>();
  async function ask(kind: string, id: string, field: string): Promise<void> {
    asked.add(id);
    try {
      const names = (await api.show(kind, id)).fields[field];
      if (names) known.set(id, names as Record<string, string>);
    } catch { /* the title says it */ }
  }
  function titled(one: Told): string {
    const field = kindOf(one.kind)?.name_field;
    if (field && !one.names && !asked.has(one.id)) void ask(one.kind, one.id, field);
    return named({ title: one.title, names: one.names ?? known.get(one.id) });
  }
  return { titled, afresh: () => asked.clear() };
}
