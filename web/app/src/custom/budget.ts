// What the lines of a budget come to: one version at a time, since a revision repeats the lines of the version before it.
import type { RecordData } from "../api";
import { numberOf } from "./everything";

const kStanding = ["draft", "in_review", "approved"];
// The version that holds: the last one approved; before any is approved, the one furthest on its way.
export function versionInForce(versions: RecordData[]): string | null {
  const rank = (one: RecordData): string => [kStanding.indexOf(one.state), one.fields.decided_on ?? "", one.created_at].join(" ");
  return versions.filter((one) => kStanding.includes(one.state)).reduce<RecordData | null>((best, one) => (best && rank(best) >= rank(one) ? best : one), null)?.id ?? null;
}
// Quantity × frequency × unit cost; a frequency that is not given is once. Nothing where quantity or unit cost are not known.
export function amountOf(line: RecordData): number | null {
  const quantity = numberOf(line.fields.quantity), cost = numberOf(line.fields.unit_cost);
  return quantity === null || cost === null ? null : quantity * (numberOf(line.fields.frequency) ?? 1) * cost;
}
export const currencyOf = (line: RecordData): string => String(line.fields.currency ?? "?");
