// What the lines of a budget come to: one version at a time, since a revision repeats the lines of the version before it.
import type { RecordData } from "../api";

const kStanding = ["draft", "in_review", "approved"];
// The version that holds: the last one approved; before any is approved, the one furthest on its way.
export function versionInForce(versions: RecordData[]): string | null {
  const rank = (one: RecordData): string => [kStanding.indexOf(one.state), one.fields.decided_on ?? "", one.created_at].join(" ");
  return versions.filter((one) => kStanding.includes(one.state)).reduce<RecordData | null>((best, one) => (best && rank(best) >= rank(one) ? best : one), null)?.id ?? null;
}
export const currencyOf = (line: RecordData): string => String(line.fields.currency ?? "?");
