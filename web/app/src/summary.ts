// What tells records of the same title apart: the first days, places and choices that lists of the kind show; from the first to the last day
// is one of them.
import { isPast } from "./alike";
import type { FieldDefinition, KindDefinition, RecordData, Value } from "./api";
import { named } from "./store";
import { dateText, listed } from "./words";

export function textOf(field: FieldDefinition | undefined, record: RecordData): string {
  const value: Value | undefined = record.fields[field?.name ?? ""];
  if (!field || value === null || value === undefined) return "";
  if (field.type === "date") return dateText(String(value));
  if (field.type === "choice") return field.choices.find((one) => one.value === value)?.label ?? "";
  if (!field.refers_to) return "";
  return listed((Array.isArray(value) ? value : [value]).flatMap((id) => record.references?.[String(id)] ?? []).map(named));
}
const kFirst = "starts", kLast = "ends";
function partOf(kind: KindDefinition, name: string, record: RecordData): string {
  const text = (of: string): string => textOf(kind.fields.find((field) => field.name === of), record);
  const field = kind.fields.find((one) => one.name === name);
  if (field?.type === "references") return ""; // however many there are
  if (field?.type === "date" && isPast(field) && text(kFirst)) return ""; // what it holds for says more than when it was asked for
  if (name === kFirst && text(kLast)) return [...new Set([text(kFirst), text(kLast)].filter(Boolean))].join(" – ");
  return name === kLast && text(kFirst) ? "" : text(name);
}
export const summaryOf = (kind: KindDefinition | undefined, record: RecordData, most = 3): string =>
  (kind?.columns ?? []).map((name) => partOf(kind!, name, record)).filter(Boolean).slice(0, most).join(" · ");
