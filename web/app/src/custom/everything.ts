// All records of a kind, page after page; a page of the interface that shows the whole needs them all.
import { api, type RecordData, type Value } from "../api";
import { number } from "../words";

export async function everything(kind: string): Promise<RecordData[]> {
  const out: RecordData[] = [];
  let cursor = "";
  do {
    const query = new URLSearchParams({ limit: "1000", sort: "title", ...(cursor && { cursor }) });
    const page = await api.list(kind, query);
    out.push(...page.records);
    cursor = page.next;
  } while (cursor);
  return out;
}
export const idOf = (value: Value | undefined): string => (typeof value === "string" ? value : "");
export const idsOf = (value: Value | undefined): string[] => (Array.isArray(value) ? (value as string[]) : []);
export const numberOf = (value: Value | undefined): number | null => (typeof value === "number" ? value : null);
export const format = (value: number | null | undefined, decimals = 2): string => (value === null || value === undefined ? "" : number(value, decimals));
