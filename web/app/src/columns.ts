// The columns that a list can show: the fields of the kind and what is calculated from them.
import type { FieldDefinition, KindDefinition, RecordData } from "./api";
import { isGivenUp } from "./steps";

// What the server says of sums: a field or calculated column that lists add up, in the currency that stands in another.
type Summed = { summed?: boolean; currency?: string };
// `summed`: lists add it up, and only among rows with the same value in `within`.
export interface Column { name: string; label: string; isNumber: boolean; currency: string; summed: boolean; within: string; field: FieldDefinition | null }
export function columnsOf(kind: KindDefinition | undefined): Column[] {
  const within = (kind as { summed_within?: string } | undefined)?.summed_within ?? "";
  const sum = (one: Summed): Pick<Column, "currency" | "summed" | "within"> => ({ currency: one.currency ?? "", summed: one.summed ?? false, within });
  return [
    ...(kind?.fields ?? []).filter((field) => !["data", "digest", "files"].includes(field.type))
      .map((field) => ({ name: field.name, label: field.label, isNumber: field.type === "number" || field.type === "integer", ...sum(field as Summed), field })),
    ...(kind?.calculated ?? []).map((one) => ({ name: one.name, label: one.label, isNumber: true, ...sum(one as Summed), field: null })),
  ];
}
export const numberIn = (column: Column, record: RecordData): number | null => {
  const value = column.field ? record.fields[column.name] : record.calculated?.[column.name];
  return typeof value === "number" ? value : null;
};

type Calculated = KindDefinition["calculated"][number];
// As the server reckons it, for what is not saved yet; nothing while a factor is missing.
export function productOf(one: Calculated, fields: Record<string, unknown>): number | null {
  const factors = [...one.factors.map((name) => fields[name]), ...one.factors_or_one.map((name) => fields[name] ?? 1)];
  return factors.every((value) => typeof value === "number") ? factors.reduce<number>((product, value) => product * (value as number), 1) : null;
}

export interface Sum { currency: string; of: Record<string, number> }
// What was given up is not counted. One line for each currency; nothing where the rows do not belong together.
export function sumsOf(kind: KindDefinition | undefined, columns: Column[], all: RecordData[]): Sum[] {
  const summed = columns.filter((one) => one.summed);
  const rows = all.filter((record) => !isGivenUp(kind, record.state));
  if (summed.some((one) => one.within && new Set(rows.map((record) => record.fields[one.within] ?? null)).size > 1)) return [];
  const out = new Map<string, Sum>();
  for (const column of summed)
    for (const record of rows) {
      const value = numberIn(column, record);
      if (value === null) continue;
      const currency = column.currency ? String(record.fields[column.currency] ?? "?") : "";
      const sum = out.get(currency) ?? { currency, of: {} };
      sum.of[column.name] = (sum.of[column.name] ?? 0) + value;
      out.set(currency, sum);
    }
  return [...out.values()].sort((a, b) => a.currency.localeCompare(b.currency));
}
