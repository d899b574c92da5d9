// What a reader chose for this browser: in which calendar days are shown, and with which digits. What was not chosen
// follows the language.
import { reactive, watch } from "vue";
import type { Calendar } from "./calendar";

export type Digits = "latin" | "persian";
const kPlace = "hamdil.reader";
interface Chosen { calendar: Calendar | ""; digits: Digits | "" }
function kept(): Chosen {
  const nothing: Chosen = { calendar: "", digits: "" };
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(kPlace) ?? "{}") as Partial<Chosen>) };
  } catch {
    return nothing;
  }
}
export const reader = reactive<Chosen>(kept());
watch(reader, (now) => { localStorage.setItem(kPlace, JSON.stringify(now)); });
export const calendarFor = (language: string): Calendar => reader.calendar || (language === "fa-AF" ? "solar" : "gregorian");
export const digitsFor = (language: string): Digits => reader.digits || (language === "fa-AF" ? "persian" : "latin");
