// The chain from question to action: whatever stands in it without the link that the next step needs. What a rule of the
// server says of a record (src/model/rules_*.cpp) stands among the broken rules of the page and is not asked here again.
import type { FieldDefinition, KindDefinition, RecordData } from "../api";
import { isGivenUp } from "../steps";
import { idOf, idsOf } from "./everything";

export const kChain = ["evaluation_question", "matrix_row", "finding", "recommendation", "barrier", "objective", "activity", "monitoring_indicator", "budget_line", "indicator_target", "measurement",
  "terms_of_reference", "requirement", "deliverable", "acceptance_indicator", "milestone"];
export interface Check { name: string; found: RecordData[] }
export interface Lost { record: RecordData; field: string; title: string }
export type Chain = Map<string, RecordData[]>;
type KindOf = (name: string) => KindDefinition | undefined;

const refers = (record: RecordData, field: string): string[] => [idOf(record.fields[field]), ...idsOf(record.fields[field])].filter(Boolean);

export function checksOf(chain: Chain, kindOf: KindOf): Check[] {
  const all = (kind: string): RecordData[] => chain.get(kind) ?? [];
  const of = (kind: string): RecordData[] => all(kind).filter((record) => !isGivenUp(kindOf(kind), record.state));
  const fields = (kind: string): FieldDefinition[] => kindOf(kind)?.fields ?? [];
  const has = (kind: string, field: string): boolean => fields(kind).some((one) => one.name === field);
  // Those that name nothing in any of the fields.
  const without = (kind: string, ...names: string[]): RecordData[] => of(kind).filter((record) => names.every((name) => refers(record, name).length === 0));
  // Those that nothing of the other kinds names.
  const unused = (kind: string, ...by: [string, string][]): RecordData[] => {
    const used = new Set(by.flatMap(([other, field]) => of(other).flatMap((record) => refers(record, field))));
    return of(kind).filter((record) => !used.has(record.id));
  };
  // Those that name something given up.
  const onGivenUp = (kind: string, field: string, to: string): RecordData[] => {
    const gone = new Set(all(to).filter((record) => isGivenUp(kindOf(to), record.state)).map((record) => record.id));
    return of(kind).filter((record) => refers(record, field).some((id) => gone.has(id)));
  };
  const isParent = (record: RecordData): boolean => of("evaluation_question").some((other) => other.fields.parent === record.id);
  return [
    { name: "requirement_no_deliverable", found: without("requirement", "deliverable").filter((one) => one.fields.need === "required" && !one.fields.shown_by) },
    { name: "deliverable_no_requirement", found: without("deliverable", "terms_of_reference") },
    { name: "deliverable_no_sign", found: unused("deliverable", ["acceptance_indicator", "deliverable"]) },
    { name: "question_no_finding", found: unused("evaluation_question", ["finding", "evaluation_questions"]).filter((one) => refers(one, "findings").length === 0 && !isParent(one)) },
    { name: "finding_unused", found: unused("finding", ["recommendation", "findings"], ["objective", "findings"], ["evaluation_question", "findings"]) },
    { name: "recommendation_unused", found: has("activity", "recommendations") ? unused("recommendation", ["activity", "recommendations"]) : [] },
    { name: "objective_no_ground", found: without("objective", "barriers", "findings", "parent") },
    { name: "objective_no_activity", found: unused("objective", ["activity", "objective"], ["objective", "parent"]).filter((one) => one.fields.level !== "output") },
    { name: "activity_no_objective", found: without("activity", "objective") },
    { name: "activity_no_budget", found: unused("activity", ["budget_line", "activity"]) },
    { name: "activity_given_up", found: onGivenUp("activity", "depends_on", "activity") },
    { name: "budget_given_up", found: onGivenUp("budget_line", "activity", "activity") },
    { name: "indicator_no_place", found: without("monitoring_indicator", "objective", "activity") },
    { name: "indicator_no_value", found: unused("monitoring_indicator", ["measurement", "indicator"]) },
  ].filter((check) => check.found.length > 0);
}

// What points at a record that is in the bin. Of one that is not told of at all it is not known whether it is gone or only not for this reader, so that
// counts where the reader sees everything.
export function lostOf(chain: Chain, kindOf: KindOf, seesAll: boolean): Lost[] {
  return [...chain].flatMap(([kind, records]) => records.flatMap((record) => (kindOf(kind)?.fields ?? []).filter((field) => field.refers_to)
    .flatMap((field) => refers(record, field.name)
      .filter((id) => { const told = record.references?.[id] as { deleted?: boolean } | undefined; return told ? !!told.deleted : seesAll; })
      .map((id) => ({ record, field: field.label, title: record.references?.[id]?.title ?? "" })))));
}
