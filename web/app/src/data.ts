// Data that has no form of its own, made readable: what shape it has, and what its names are called.
import { store } from "./store";
import { dateText, i18n, kLanguageNames, known, momentText, number, t } from "./words";

export type Shape = "one" | "words" | "names" | "table" | "list";
const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
// A text in several languages: nothing but names of languages, each with a text.
const isWords = (value: unknown): boolean => isMap(value) && Object.keys(value).length > 0 && Object.entries(value).every(([tag, text]) => tag in kLanguageNames && typeof text === "string");
const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null || isWords(value);
const isFlat = (value: unknown): boolean => isPlain(value) || (Array.isArray(value) && value.length <= 3 && value.every(isPlain));
const kColumns = 6;

export function shapeOf(value: unknown): Shape {
  if (isWords(value)) return "words";
  if (isMap(value)) return Object.keys(value).length ? "names" : "one";
  if (!Array.isArray(value) || !value.length) return "one";
  const rows = value as unknown[];
  const isTable = rows.every((row) => isMap(row) && !isWords(row) && Object.values(row).every(isFlat)) && new Set(rows.flatMap((row) => Object.keys(row as object))).size <= kColumns;
  return isTable ? "table" : "list";
}
export function textOfScalar(value: unknown): string {
  if (value === null || value === undefined || typeof value === "object") return "–";
  if (typeof value === "boolean") return t(value ? "ui.yes" : "ui.no");
  if (typeof value === "number") return number(value);
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return dateText(text);
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? momentText(text) : text;
}
export function languageText(value: unknown): string {
  const texts = value as Record<string, string>;
  return texts[i18n.global.locale.value] ?? texts.en ?? Object.values(texts)[0] ?? "";
}
// The name's own words; where fields or choices of records have it, theirs; else the name itself, which is English.
export function nameOfKey(name: string): { text: string; language: string | undefined } {
  if (name === "title") return { text: t("ui.title"), language: undefined };
  const own = known(`ui.data.name.${name}`);
  if (own) return { text: own, language: undefined };
  for (const kind of store.kinds) {
    const field = kind.fields.find((one) => one.name === name);
    if (field) return { text: field.label, language: undefined };
  }
  const choice = store.kinds.flatMap((kind) => kind.fields).flatMap((field) => field.choices).find((one) => one.value === name);
  if (choice) return { text: choice.label, language: undefined };
  return { text: name.replaceAll("_", " "), language: "en" };
}
