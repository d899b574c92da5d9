// A form of thirty fields is read in groups: what is needed first, then the content, then what it belongs together with, then what every record has.
import type { FieldDefinition, KindDefinition } from "./api";

const kEverywhere = new Set(["programme", "tags", "owner", "note", "library_id"]);
const kMachine = new Set(["data", "digest", "files"]);
const isLink = (field: FieldDefinition): boolean => field.type === "reference" || field.type === "references";

export interface Group { name: "needed" | "content" | "links" | "about"; fields: FieldDefinition[] }

// A field keeps its place whatever becomes of the record; what a later step needs, the step itself leads to.
export function groupsOf(kind: KindDefinition): Group[] {
  const first = kind.states[0]?.name;
  const needed = new Set([...kind.fields.filter((field) => field.required).map((field) => field.name), ...kind.transitions.filter((step) => step.from === first && !step.gives_up).flatMap((step) => step.needs)]);
  const groups: Record<Group["name"], FieldDefinition[]> = { needed: [], content: [], links: [], about: [] };
  for (const field of kind.fields) {
    const place = kMachine.has(field.type) || (kEverywhere.has(field.name) && !needed.has(field.name)) ? "about" : needed.has(field.name) ? "needed" : isLink(field) ? "links" : "content";
    groups[place].push(field);
  }
  // Short forms stay whole.
  if (groups.needed.length + groups.content.length + groups.links.length <= 6)
    groups.content = kind.fields.filter((field) => !groups.about.includes(field)), groups.needed = [], groups.links = [];
  return (["needed", "content", "links", "about"] as const).map((name) => ({ name, fields: groups[name] })).filter((group) => group.fields.length > 0);
}
export const isWide = (field: FieldDefinition): boolean => ["long_text", "translated", "data"].includes(field.type);
// A year is counted, and never grouped.
export const isYear = (field: FieldDefinition): boolean => field.type === "integer" && (field.least ?? 0) >= 1000 && (field.greatest ?? Infinity) < 10_000;
