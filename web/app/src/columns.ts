// The columns that a list can show: the fields of the kind and what is calculated from them.
import type { FieldDefinition, KindDefinition, RecordData } from "./api";

export interface Column { name: string; label: string; isNumber: boolean; currency: string; field: FieldDefinition | null }
export function columnsOf(kind: KindDefinition | undefined): Column[] {
  const fields = (kind?.fields ?? []).filter((field) => !["data", "digest"].includes(field.type));
  const hasCurrency = fields.some((field) => field.name === "currency");
  return [
    ...fields.map((field) => ({ name: field.name, label: field.label, isNumber: field.type === "number" || field.type === "integer", currency: hasCurrency && kAmounts.has(field.name) ? "currency" : "", field })),
    ...(kind?.calculated ?? []).map((one) => ({ name: one.name, label: one.label, isNumber: true, currency: one.currency, field: null })),
  ];
}
// Amounts of money that may be added up, each in its own currency. People are not: who was at two meetings is one person.
const kAmounts = new Set(["amount", "cost", "total"]);
// What a list adds up, and within which field: the lines of two versions of a budget are mostly the same costs.
const kSummed: Record<string, { columns: string[]; within?: string }> = {
  budget_line: { columns: ["line_total"], within: "budget_version" },
  expenditure: { columns: ["amount"] },
  funding_source: { columns: ["amount"] },
  instalment: { columns: ["amount"] },
};
const kOut = new Set(["cancelled", "rejected", "replaced", "dropped"]);
export const numberIn = (column: Column, record: RecordData): number | null => {
  const value = column.field ? record.fields[column.name] : record.calculated?.[column.name];
  return typeof value === "number" ? value : null;
};

export interface Sum { currency: string; of: Record<string, number> }
// One line for each currency; nothing where the rows do not belong together.
export function sumsOf(kind: string, columns: Column[], all: RecordData[]): Sum[] {
  const wanted = kSummed[kind];
  const rows = all.filter((record) => !kOut.has(record.state));
  if (!wanted || (wanted.within && new Set(rows.map((record) => record.fields[wanted.within!] ?? null)).size > 1)) return [];
  const out = new Map<string, Sum>();
  for (const column of columns.filter((one) => wanted.columns.includes(one.name)))
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
