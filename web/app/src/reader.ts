// What a reader chose for this browser: in which calendar days are shown, with which digits, and which words are
// used. A calendar that was not chosen is the programme's; what neither says follows the language.
import { reactive, watch } from "vue";
import type { Calendar } from "./calendar";

export type Digits = "latin" | "persian";
const kPlace = "hamdil.reader";
// Other words for the same things, as people know them from elsewhere.
export const kVariants = ["logframe", "tracker", "actuals", "impact"] as const;
interface Chosen { calendar: Calendar | ""; digits: Digits | ""; words: string[] }
function kept(): Chosen {
  const nothing: Chosen = { calendar: "", digits: "", words: [] };
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(kPlace) ?? "{}") as Partial<Chosen>) };
  } catch {
    return nothing;
  }
}
export const reader = reactive<Chosen>(kept());
watch(reader, (now) => { localStorage.setItem(kPlace, JSON.stringify(now)); });
// What the programme says; it comes before what is usual in a language, and after what the reader chose.
export const programme = reactive<{ calendar: Calendar | "" }>({ calendar: "" });
export const calendarFor = (language: string): Calendar => reader.calendar || programme.calendar || (language === "fa-AF" ? "solar" : "gregorian");
export const digitsFor = (language: string): Digits => reader.digits || (language === "fa-AF" ? "persian" : "latin");
