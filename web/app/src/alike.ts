// What a record that is begun at another one begins with: the days, references and codes of a list that both kinds declare alike, which
// say when, where, with whom and in which currency. A result, a decision or what has happened belongs to the one record alone, and
// another record of the same kind is a copy, which has its own command.
import type { FieldDefinition, KindDefinition, Value } from "./api";

const kDay = /^\d{4}-\d\d-\d\d$/; // what is not a day yet is nothing to take over
// A day in the past whatever state the record is in.
export const isPast = (field: FieldDefinition): boolean => !!field.happened && !field.happened_in?.length;
const isShared = (field: FieldDefinition): boolean =>
  !field.result && !field.approval && !isPast(field) && field.personal === "none" && !field.within && (field.type === "date" || !!field.refers_to || !!field.list);
// A place and places are alike, too: one of them, or a list of them.
const nameOfMany = ({ name, type }: FieldDefinition): string => (type === "reference" ? `${name}s` : name);
const alike = (one: FieldDefinition, other: FieldDefinition): boolean =>
  one.refers_to ? one.refers_to === other.refers_to && new Set([one, other].map(nameOfMany)).size === 1 : one.name === other.name && one.type === other.type && one.list === other.list;

export function takenOver(from: KindDefinition, values: Record<string, Value | undefined>, to: KindDefinition): Record<string, Value> {
  const out: Record<string, Value> = {};
  if (from.name === to.name) return out;
  for (const field of to.fields.filter((one) => isShared(one) && one.refers_to !== from.name)) {
    const source = from.fields.find((one) => isShared(one) && alike(one, field));
    const value = source && values[source.name];
    if (value === null || value === undefined || (field.type === "date" && !kDay.test(String(value)))) continue;
    const all = Array.isArray(value) ? (value as string[]) : [String(value)];
    if (field.type === "references" || field.type === "tags") out[field.name] = all;
    else if (all.length === 1) out[field.name] = all[0]!; // of several, nobody knows which one
  }
  return out;
}
