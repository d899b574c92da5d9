// Which filters a list offers follows from the declaration of its kind; what is chosen stands in the address as docs/api.md writes it: f.FIELD, f.FIELD.min, .max, .contains, .empty.
import type { FieldDefinition, KindDefinition } from "./api";
import { dateText, listed, t } from "./words";

export type Asks = "one" | "range" | "dates" | "contains" | "reference" | "yes_no" | "code" | "tag";
export interface Filter { field: FieldDefinition; asks: Asks }

const kAsks: Partial<Record<FieldDefinition["type"], Asks>> = {
  text: "contains", long_text: "contains", translated: "contains", number: "range", integer: "range", boolean: "yes_no", date: "dates",
  timestamp: "dates", choice: "one", reference: "reference", references: "reference", tags: "tag",
};
const own = (name: string, label: string, type: FieldDefinition["type"], choices: FieldDefinition["choices"] = []): FieldDefinition =>
  ({ name, label, type, choices, help: "", required: false, refers_to: "", unit: "", personal: "none" });

export function filtersOf(kind: KindDefinition): Filter[] {
  const fields = [
    ...(kind.title_is_personal ? [] : [own("title", t("ui.title"), "text")]),
    ...(kind.states.length > 1 ? [own("state", t("ui.state"), "choice", kind.states.map((state) => ({ value: state.name, label: state.label })))] : []),
    ...kind.fields.filter((field) => field.personal === "none"), // what is sealed cannot be searched
    own("changed_at", t("ui.changed"), "timestamp"),
  ];
  return fields.flatMap((field) => {
    const asks = field.list && field.type === "text" ? "code" : kAsks[field.type];
    return asks ? [{ field, asks }] : [];
  });
}

const kOrder = ["one", "reference", "dates", "range", "yes_no", "code", "tag", "contains"];
// Choices and places first: what people look for most.
export const inOrder = (filters: Filter[]): Filter[] => [...filters].sort((a, b) => kOrder.indexOf(a.asks) - kOrder.indexOf(b.asks));

export type Query = Record<string, string>;
export const plain = (query: Record<string, unknown>): Query => Object.fromEntries(Object.entries(query).filter(([, value]) => value).map(([name, value]) => [name, String(value)]));
export const filterKeys = (query: Query): string[] => Object.keys(query).filter((name) => name.startsWith("f."));

export interface Chip { key: string; keys: string[]; field: FieldDefinition | undefined; how: string; value: string; reference: string }
// One for each filter; a range of two ends is one.
export function chipsOf(kind: KindDefinition, query: Query): Chip[] {
  const known = new Map(filtersOf(kind).map((filter) => [filter.field.name, filter.field]));
  const out = new Map<string, Chip>();
  for (const key of filterKeys(query)) {
    const [, name = "", how = ""] = key.split(".");
    const range = how === "min" || how === "max";
    const id = range ? `f.${name}.range` : key;
    const chip = out.get(id) ?? { key: id, keys: [], field: known.get(name), how: range ? "range" : how, value: query[key]!, reference: known.get(name)?.refers_to ?? "" };
    chip.keys.push(key);
    if (range) chip.value = rangeText(query[`f.${name}.min`], query[`f.${name}.max`]);
    out.set(id, chip);
  }
  return [...out.values()];
}
// Moments are kept at the time of the world; a day that is asked for is one of this computer, as lists show it.
const localMoment = (day: string, days: number): string => { const at = new Date(`${day}T00:00:00`); at.setDate(at.getDate() + days); return new Date(at.getTime() - (days ? 1000 : 0)).toISOString().slice(0, 19) + "Z"; };
export function asAsked(kind: KindDefinition | undefined, key: string, value: string): string {
  const [, name = "", how = ""] = key.split(".");
  const isMoment = ["created_at", "changed_at"].includes(name) || kind?.fields.find((field) => field.name === name)?.type === "timestamp";
  return isMoment && /^\d{4}-\d\d-\d\d$/.test(value) && (how === "min" || how === "max") ? localMoment(value, how === "max" ? 1 : 0) : value;
}
// A day runs from left to right also among words that do not.
const isolated = (value: string | undefined): string | undefined => value && `\u2066${value}\u2069`;
function rangeText(least: string | undefined, most: string | undefined): string {
  const shown = (value: string | undefined): string | undefined => isolated(value && (/^\d{4}-\d\d-\d\d$/.test(value) ? dateText(value) : value));
  const from = shown(least), to = shown(most);
  if (from && to) return t("ui.filter.from_to", { from, to });
  return from ? t("ui.filter.at_least", { from }) : t("ui.filter.at_most", { to });
}
export function chipText(chip: Chip, titleOf: (id: string) => string): string {
  const label = chip.field?.label ?? chip.key;
  if (chip.how === "empty") return `${label}: ${t(chip.value === "true" ? "ui.filter.empty" : "ui.filter.filled")}`;
  const named = chip.field?.type === "choice" ? chip.field.choices.find((choice) => choice.value === chip.value)?.label
    : chip.field?.type === "boolean" ? t(chip.value === "true" ? "ui.yes" : "ui.no") : chip.reference ? titleOf(chip.value) : undefined;
  const value = named ?? chip.value;
  return `${label}: ${chip.how === "contains" ? `“${value}”` : chip.how === "not" ? t("ui.filter.not", { value }) : value}`;
}
export const summary = (kind: KindDefinition, query: Query, titleOf: (id: string) => string): string => listed(chipsOf(kind, query).map((chip) => chipText(chip, titleOf)));
