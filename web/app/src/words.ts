// Every text of the interface comes from the server's catalogue; what the page needs before it has one stands here.
import { createI18n } from "vue-i18n";
import { api, speak } from "./api";
import { type Calendar, dayOf, otherThan, shortDay } from "./calendar";
import { localDay, localTime } from "./moments";
import { calendarFor, digitsFor, kVariants, reader } from "./reader";

export const kRightToLeft = new Set(["fa-AF", "ar", "fa"]);
export const kLanguageNames: Record<string, string> = { en: "English", tg: "Тоҷикӣ", "fa-AF": "دری", fr: "Français", es: "Español", ru: "Русский", ar: "العربية" };

// What must be said when the catalogue itself cannot be read.
const kBefore: Record<string, string> = {
  ui_no_token: "Open Hamdil with the address that “hamdil serve” printed. · نرم‌افزار را با نشانی‌ای باز کنید که «hamdil serve» چاپ کرد. · Нармафзорро бо суроғае кушоед, ки «hamdil serve» чоп кард.",
  ui_no_server: "The server does not answer. · سرور پاسخ نمی‌دهد. · Сервер ҷавоб намедиҳад.",
  ui_again: "↻", ui_skip: "↓", ui_menu: "Menu", ui_search: "Search", ui_language: "Language", ui_keys: "?", ui_pages: "Pages", ui_loading: "…",
};
export const i18n = createI18n({ legacy: false, locale: "en", fallbackLocale: "en", missingWarn: false, fallbackWarn: false, messages: { en: kBefore } });

// Flat ids with dots; vue-i18n would read them as paths.
const asTree = (flat: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(flat).map(([id, text]) => [id.replaceAll(".", "_"), text]));
// Vuetify's own words, as it wants them: by the parts of their names, with places that count.
let componentWords: Record<string, unknown> = {};
export const wordsOfComponents = (): Record<string, unknown> => componentWords;
function componentsOf(flat: Record<string, string>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [id, text] of Object.entries(flat).filter(([one]) => one.startsWith("ui.vuetify."))) {
    const parts = id.slice("ui.vuetify.".length).split(".");
    let place = out;
    for (const part of parts.slice(0, -1)) place = (place[part] ??= {}) as Record<string, unknown>;
    let count = 0;
    place[parts.at(-1)!] = text.replace(/\{\w+\}/g, () => `{${count++}}`);
  }
  return out;
}
// Numbers as the reader has them: 12,345.6 or ۱۲٬۳۴۵٫۶. Codes, ids and keys stay as they are written.
const ownDigits = (): boolean => digitsFor(i18n.global.locale.value) === "persian";
export const digits = (text: string): string => (ownDigits() ? text.replace(/\d[.]\d/g, (part) => part.replace(".", "٫")).replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit))) : text);
export const number = (value: number, decimals = 6): string => digits(value.toLocaleString("en", { maximumFractionDigits: decimals }).replaceAll(",", ownDigits() ? "٬" : ","));
export const percent = (share: number): string => `${number(share * 100, 0)} ${ownDigits() ? "٪" : "%"}`;

// A name in other letters than the sentence keeps its own direction, so that the full stop stands at the sentence's end.
const kLatin = /[A-Za-z\u0400-\u04ff]/;
const kArabic = /[\u0590-\u08ff\ufb50-\ufeff]/;
// A title of Persian words runs as those do, although it begins with DEMO or the name of an agency.
const isolated = (text: string): string => ((kRightToLeft.has(i18n.global.locale.value) ? kLatin : kArabic).test(text) ? `${directionOf(text) === "rtl" ? "\u2067" : directionOf(text) ? "\u2066" : "\u2068"}${text}\u2069` : text);
const placed = (value: unknown): unknown => (typeof value === "number" ? number(value) : typeof value === "string" ? isolated(value) : value);
const keyOf = (id: string): string => id.replaceAll(".", "_");
const variantOf = (id: string, variant: string): string => { const key = keyOf(`ui.words.${variant}.${id.replace(/^ui\./, "")}`); return i18n.global.te(key) ? i18n.global.t(key) : ""; };
// The text of the id in the words that the reader chose; `otherwise` where they say nothing else.
export const inOwnWords = (id: string, otherwise: string): string => reader.words.map((variant) => variantOf(id, variant)).find(Boolean) ?? otherwise;
// All words for it, by which it is found whatever the reader chose.
export const synonyms = (id: string): string[] => kVariants.map((variant) => variantOf(id, variant)).filter(Boolean);
export const t = (id: string, places: Record<string, unknown> = {}): string =>
  inOwnWords(id, "") || i18n.global.t(keyOf(id), Object.fromEntries(Object.entries(places).map(([name, value]) => [name, placed(value)])));
// The same where the id is one of ours; "" where it is not.
export const known = (id: string): string => (i18n.global.te(keyOf(id)) ? t(id) : "");

export const listed = (parts: string[]): string => parts.join(kRightToLeft.has(i18n.global.locale.value) ? "، " : ", ");

// 25,5 is 25.5, and 1,800 is 1800 where people group by commas; in Tajik a comma is the decimal point. What could be either stays as it was typed.
const withCommas = (text: string): string => {
  const [whole = "", ...rest] = text.split(/[,،]/);
  const groups = rest.every((part) => part.length === 3) && /^-?[1-9]\d{0,2}$/.test(whole);
  if (String(i18n.global.locale.value) === "tg") return rest.length === 1 && !groups ? `${whole}.${rest[0]}` : text;
  return groups ? whole + rest.join("") : rest.length === 1 ? `${whole}.${rest[0]}` : text;
};
// Digits and marks of Dari and Arabic as a number is written to the server: ۲٬۵۰۰٫۵ is 2500.5.
export const plainNumber = (text: string): string => text
  .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0)).replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
  .replace(/[٬\u00a0\u202f ]/g, "").replace("٫", ".").replace("−", "-").replace(/^-?\d+([,،]\d+)+$/, withCommas);

// Days as the reader counts them; whatever shows a day or a moment shows it through these.
export const calendar = (): Calendar => calendarFor(i18n.global.locale.value);
export const calendarName = (which: Calendar): string => t(`ui.date.${which}`);
export const monthName = (which: Calendar, month: number): string => t(`${which === "solar" ? "solar_month" : "month"}.${month}`);
// The names by which months are known when they are typed: those of the language, and the English ones.
export const monthNames = (): Record<Calendar, string[][]> => {
  const twelve = (id: string): string[][] => [(of: string) => t(of), (of: string) => String((i18n.global.getLocaleMessage("en") as Record<string, unknown>)[of.replaceAll(".", "_")] ?? "")].map((say) => Array.from({ length: 12 }, (_, at) => say(`${id}.${at + 1}`)));
  return { gregorian: twelve("month"), solar: twelve("solar_month") };
};
const longDay = (iso: string, which: Calendar): string => {
  const day = dayOf(iso, which);
  return day ? t("date.long", { day: digits(String(day.day)), month: monthName(which, day.month), year: digits(String(day.year)) }) : iso;
};
// 2026-11-22, or 1 Qaws 1405: a Solar day names its month, so that nobody takes it for a Gregorian one.
export const dateText = (iso: string): string => (calendar() === "solar" ? longDay(iso, "solar") : digits(iso));
// What the browser asks for, where the program speaks it; Dari is also called Persian of Afghanistan.
const kSpoken: [RegExp, string][] = [[/^(fa|prs)\b/i, "fa-AF"], [/^tg\b/i, "tg"], [/^en\b/i, "en"]];
export const ofBrowser = (): string => navigator.languages.map((tag) => kSpoken.find(([like]) => like.test(tag))?.[1]).find(Boolean) ?? "en";
// A sentence of the server, which writes days as "2026-11-22", moments as "2026-11-22T09:30:00Z" and numbers as 1800: in the reader's calendar and digits,
// each day in one piece and in its own direction. Digits of codes, addresses and Latin words stay.
const inOwnCalendar = (sentence: string): string => sentence
  .replace(/(?<![\w/-])\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?![\w/-])/g, (moment) => `\u2068${momentText(moment)}\u2069`)
  .replace(/(?<![\w/-])\d{4}-\d\d-\d\d(?![\w/-])/g, (iso) => (dateText(iso) === iso ? iso : `\u2068${dateText(iso)}\u2069`));
export const spoken = (sentence: string): string => inOwnCalendar(sentence).replace(/(?<![A-Za-z\d_/#:.-])\d+(?:[.,]\d+)*(?![A-Za-z\d_/#:-])/g, digits);
// A name that a person gave runs as most of its letters do: "DEMO" or the name of an organisation in front of a Dari title does not
// turn it around.
// With a mark in front where its first letter would turn it the wrong way around, for places that go by the first letter.
export const facing = (text: string): string => {
  const first = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Latin}\p{Script=Cyrillic}]/u.exec(text)?.[0] ?? "";
  const way = directionOf(text);
  return first && directionOf(first) !== way ? `${way === "rtl" ? "\u200f" : "\u200e"}${text}` : text;
};
export const directionOf = (text: string): "rtl" | "ltr" | undefined => {
  const own = text.replace(/^DEMO (?=.*\p{L})/u, ""); // short words behind it would be the fewer
  const right = own.match(/[\p{Script=Arabic}\p{Script=Hebrew}]/gu)?.length ?? 0, left = own.match(/[\p{Script=Latin}\p{Script=Cyrillic}]/gu)?.length ?? 0;
  return right + left === 0 ? undefined : right >= left ? "rtl" : "ltr";
};
export const shortDate = (iso: string): string => { const day = dayOf(iso, calendar()); return day ? digits(shortDay(day, calendar())) : iso; };
export const otherDate = (iso: string): string => longDay(iso, otherThan(calendar()));
export const today = (): string => localDay(new Date());
export const clockText = (moment: Date): string => digits(localTime(moment));
// A moment of the server, at the time of this computer.
export const momentDay = (moment: string): string => { const at = new Date(moment); return Number.isNaN(at.getTime()) ? moment : dateText(localDay(at)); };
export const momentText = (moment: string): string => { const at = new Date(moment); return Number.isNaN(at.getTime()) ? moment : `${dateText(localDay(at))} ${clockText(at)}`; };

export async function useLanguage(tag: string, keep = true): Promise<void> {
  const flat = await api.messages(tag);
  componentWords = componentsOf(flat);
  i18n.global.setLocaleMessage(tag as "en", asTree(flat));
  i18n.global.locale.value = tag as "en";
  speak(tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = kRightToLeft.has(tag) ? "rtl" : "ltr";
  if (keep) localStorage.setItem("hamdil.language", tag);
}
