// Every text of the interface comes from the server's catalogue; what the page needs before it has one stands here.
import { createI18n } from "vue-i18n";
import { api, speak } from "./api";

export const kRightToLeft = new Set(["fa-AF", "ar", "fa"]);
export const kLanguageNames: Record<string, string> = { en: "English", tg: "Тоҷикӣ", "fa-AF": "دری", fr: "Français", es: "Español", ru: "Русский", ar: "العربية" };

// What must be said when the catalogue itself cannot be read.
const kBefore: Record<string, string> = {
  ui_no_token: "Open Hamdil with the address that “hamdil serve” printed. · برنامه را با نشانی‌ای باز کنید که «hamdil serve» چاپ کرد. · Барномаро бо суроғае кушоед, ки «hamdil serve» чоп кард.",
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
export const t = (id: string, places: Record<string, unknown> = {}): string => i18n.global.t(id.replaceAll(".", "_"), places);

export const listed = (parts: string[]): string => parts.join(kRightToLeft.has(i18n.global.locale.value) ? "، " : ", ");

// Digits and marks of Dari and Arabic as a number is written to the server: ۲٬۵۰۰٫۵ is 2500.5.
export const plainNumber = (text: string): string => text
  .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0)).replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
  .replace(/[٬\u00a0\u202f ]/g, "").replace("٫", ".").replace("−", "-");

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
