// What every page needs: who works, which kinds there are. Read once after the start and again when the language changes.
import { computed, reactive, watch } from "vue";
import { api, type Code, type Deed, type KindDefinition, type Kinds, type RecordData, type Session } from "./api";
import { unsavedOf } from "./unsaved";
import { programme, reader } from "./reader";
import { facing, i18n, inOwnWords } from "./words";

export const store = reactive({ session: null as Session | null, areas: [] as { name: string; label: string }[], kinds: [] as KindDefinition[], lists: {} as Record<string, Code[]>, failed: "" });
const byName = computed(() => new Map(store.kinds.map((kind) => [kind.name, kind])));
export const kindOf = (name: string): KindDefinition | undefined => byName.value.get(name);
// What a record is called in the reader's language, where its kind says so; else its title.
export const named = (one: { title: string; names?: Record<string, string> }): string => facing(one.names?.[i18n.global.locale.value] || one.title);
export const nameOf = (record: RecordData): string => named({ title: record.title, names: record.fields[kindOf(record.kind)?.name_field ?? ""] as Record<string, string> | undefined });
// Who did something; whoever reads it is not told their own login.
export const whoText = (who: string): string => (who && who === store.session?.who ? i18n.global.t("ui_who_me") : who);

// What the menu and the buttons show; the server decides for itself.
export const isTeam = (): boolean => store.session?.access.mode === "team";
export const may = (kind: string, deed: Deed): boolean => !isTeam() || (store.session?.access.kinds[kind]?.includes(deed) ?? false);
export const mayUse = (resource: string, deed: Deed): boolean => !isTeam() || (store.session?.access.resources[resource]?.includes(deed) ?? false);
const isShown = (kind: string): boolean => may(kind, "look") || may(kind, "create");
export const shownKinds = computed(() => store.kinds.filter((kind) => isShown(kind.name)));

export async function load(): Promise<void> {
  const session = await api.session();
  store.session = session;
  programme.calendar = session.workspace?.calendar ?? "";
  unsavedOf(session.access.login);
  if (!session.workspace) return; // the welcome page needs no kinds
  const kinds = await api.kinds();
  told = kinds;
  takeWords();
  store.lists = Object.fromEntries(Object.entries(kinds.lists ?? {}).map(([list, codes]) => [list, codes.map((one) => ({ ...one, label: otherName(list, one) }))]));
}
// What the Unicode data names wrongly or not at all.
function otherName(list: string, { value, label }: Code): string { const id = `ui_code_${list}_${value}`; return i18n.global.te(id) ? i18n.global.t(id) : label; }
// Labels come from the declarations; the words that the reader chose take their place everywhere.
let told: Kinds | null = null;
function takeWords(): void {
  if (!told) return;
  store.areas = told.areas.map((area) => ({ ...area, label: inOwnWords(`area.${area.name}`, area.label) }));
  store.kinds = told.kinds.map((kind) => ({
    ...kind, label: inOwnWords(`kind.${kind.name}`, kind.label), plural: inOwnWords(`kind.${kind.name}.plural`, kind.plural),
    fields: kind.fields.map((field) => ({ ...field, choices: field.choices.map((one) => ({ ...one, label: inOwnWords(`choice.${kind.name}.${field.name}.${one.value}`, one.label) })) })),
  }));
}
watch(() => reader.words, takeWords, { deep: true });

// A title that names a person: paper and clipboard show its code instead, as lists that leave do (style.css, table.ts).
export const personal = (kind: string, id: string): { class?: string; "data-code"?: string } => (kindOf(kind)?.title_is_personal ? { class: "hm-person", "data-code": `#${id.slice(0, 6)}` } : {});
// Kinds whose records are parts of a record of this kind.
export const partsOf = (whole: string): KindDefinition[] => shownKinds.value.filter((kind) => kind.part_of && kind.fields.some((field) => field.name === kind.part_of && field.refers_to === whole));

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
  { name: "rounds", page: "coordinate" },
  { name: "me", page: "settings" },
  { name: "people", page: "settings" },
  { name: "partner_links", page: "settings" },
] as const;
const kNeeds: Record<string, () => boolean> = {
  gantt: () => may("milestone", "look"), matrix: () => may("objective", "look"), budget: () => may("budget_line", "look"),
  trace_check: () => may("finding", "look"), products: () => may("product", "look"),
  terms: () => may("terms_of_reference", "create"), rounds: () => mayUse("rounds", "look"),
  me: isTeam, people: () => mayUse("doors", "look"), partner_links: () => mayUse("partner_links", "look"),
};
export const shownViews = computed(() => kViews.filter((view) => kNeeds[view.name]?.() ?? true));
export const shownPages = computed(() => kPages.filter((page) => page.name === "home" || shownViews.value.some((view) => view.page === page.name) ||
  shownKinds.value.some((kind) => (page.areas as readonly string[]).includes(kind.area))));
