// What tells records of the same title apart: the first days, places and choices that lists of the kind show.
import type { FieldDefinition, KindDefinition, RecordData, Value } from "./api";
import { named } from "./store";
import { dateText } from "./words";

function textOf(field: FieldDefinition | undefined, value: Value | undefined, record: RecordData): string {
  if (!field || value === null || value === undefined) return "";
  if (field.type === "date") return dateText(String(value));
  if (field.type === "choice") return field.choices.find((one) => one.value === value)?.label ?? "";
  const target = field.type === "reference" ? record.references?.[String(value)] : undefined;
  return target ? named(target) : "";
}
export const summaryOf = (kind: KindDefinition | undefined, record: RecordData, most = 3): string =>
  (kind?.columns ?? []).map((name) => textOf(kind!.fields.find((field) => field.name === name), record.fields[name], record)).filter(Boolean).slice(0, most).join(" · ");
