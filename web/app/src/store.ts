// What every page needs: who works, which kinds there are. Read once after the start and again when the language changes.
import { computed, reactive } from "vue";
import { api, type KindDefinition, type Session } from "./api";

export const store = reactive({ session: null as Session | null, areas: [] as { name: string; label: string }[], kinds: [] as KindDefinition[], failed: "" });
const byName = computed(() => new Map(store.kinds.map((kind) => [kind.name, kind])));
export const kindOf = (name: string): KindDefinition | undefined => byName.value.get(name);

export async function load(): Promise<void> {
  const session = await api.session();
  store.session = session;
  if (!session.workspace) return; // the welcome page needs no kinds
  const kinds = await api.kinds();
  store.areas = kinds.areas;
  store.kinds = kinds.kinds;
}

// The nine pages in the order of the work, and the areas of records that stand on each.
export const kPages = [
  { name: "home", areas: [] as string[] },
  { name: "plan", areas: ["inception"] },
  { name: "evidence", areas: ["field", "protection", "ground"] },
  { name: "analyse", areas: ["analysis", "qualitative"] },
  { name: "findings", areas: ["findings"] },
  { name: "products", areas: ["products"] },
  { name: "act", areas: ["strategy", "monitoring", "capacity"] },
  { name: "coordinate", areas: ["coordination"] },
  { name: "settings", areas: ["admin"] },
] as const;
export const pageOf = (area: string): string => kPages.find((page) => (page.areas as readonly string[]).includes(area))?.name ?? "settings";

// Pages that a list cannot carry, and where they are found.
export const kViews = [
  { name: "terms", page: "plan" },
  { name: "gantt", page: "plan" },
  { name: "matrix", page: "act" },
  { name: "budget", page: "act" },
  { name: "trace_check", page: "findings" },
  { name: "products", page: "products" },
] as const;
