// Which codes of a list stand first in its fields: the languages of the program and of the two countries, and the currencies that this
// workspace already counts in, the most used first, then those of the two countries.
import { ref } from "vue";
import { api } from "./api";
import { kindOf, may, store } from "./store";

const kSpoken = ["ps", "uz", "tk", "ru", "ar"], kPaidIn = ["AFN", "TJS", "USD", "EUR"];
const kCounted = ["budget_version", "terms_of_reference", "funding_source"];
const currencies = ref<string[]>([]);
let asked: unknown = null; // for which session
async function read(): Promise<void> {
  asked = store.session?.workspace?.name;
  const used = new Map<string, number>();
  for (const kind of kCounted.filter((name) => kindOf(name) && may(name, "look")))
    try {
      const page = await api.list(kind, new URLSearchParams({ limit: "50", sort: "-changed_at", fields: "currency" }));
      for (const { fields } of page.records) if (typeof fields.currency === "string") used.set(fields.currency, (used.get(fields.currency) ?? 0) + 1);
    } catch { /* without an answer the list keeps its order */ }
  currencies.value = [...used].sort((a, b) => b[1] - a[1]).map(([code]) => code);
}
export function firstCodes(list: string): string[] {
  if (list === "language") return [...new Set([...(store.session?.languages ?? []), ...kSpoken])];
  if (list !== "currency") return [];
  if (asked !== store.session?.workspace?.name) void read();
  return [...new Set([...currencies.value, ...kPaidIn])];
}
