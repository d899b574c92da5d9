// The search over everything: opened from anywhere, with words where somebody has typed them already.
import { ref } from "vue";
import type { KindDefinition } from "./api";
import { shownKinds, shownViews } from "./store";
import { known, synonyms, t } from "./words";

export const searching = ref(false);
export const wantedWords = ref("");
export function searchFor(words: string): void {
  wantedWords.value = words;
  searching.value = true;
}

// Letters that are typed in two ways are one: Arabic and Persian yeh and kaf, the hamza on its seat, the short space, marks of Tajik.
const kSame: Record<string, string> = { "ي": "ی", "ى": "ی", "ئ": "ی", "ؤ": "و", "ك": "ک", "ۀ": "ه", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "\u200c": " ", "ӣ": "и", "ӯ": "у", "ҳ": "х", "қ": "к", "ғ": "г", "ҷ": "ч", "ё": "е", "_": " " };
export const folded = (text: string): string => text.toLowerCase().normalize("NFC").replace(/ئ(?=[وؤ])/g, "و").replace(/[\u064b-\u0655]/g, "").replace(/[يىئؤكۀةأإآ\u200cӣӯҳқғҷё_]/g, (letter) => kSame[letter] ?? letter).trim();

// The ending of the plural is no word of its own, and often written without the short space before it.
const kPlural = /^(ها[یي]?|ی)$/, kWithPlural = /(?<=.{3})ها[یي]?$/;
const wordsOf = (text: string): string[] => folded(text).split(/\s+/).filter((word) => word && !kPlural.test(word)).map((word) => word.replace(kWithPlural, ""));
const closed = (text: string): string => folded(text).replaceAll(" ", "");
// What people call it besides: "ui.also.kind.visit" holds such words, with commas between them.
const everyday = (kind: string): string[] => known(`ui.also.kind.${kind}`).split(/[,،]/).map((word) => word.trim()).filter(Boolean);

// Lists by the name of their kind, in the language of the page or in English: those with all words first, of them those that begin with what was typed; where none
// has all, those with half of them, because a list has one of the names that people use for it. Whether parts of a name are written apart makes no difference.
export function listsNamed(words: string): KindDefinition[] {
  const asked = wordsOf(words);
  if (!asked.length) return [];
  const whole = closed(words);
  const rated = shownKinds.value.map((kind) => {
    const names = [kind.label, kind.plural, kind.name, ...synonyms(`kind.${kind.name}`), ...synonyms(`kind.${kind.name}.plural`), ...everyday(kind.name)].map(folded);
    const own = names.flatMap((name) => name.split(/\s+/)); // inside a word anything can stand
    return { kind, hits: names.some((name) => closed(name).startsWith(whole)) ? asked.length : asked.filter((word) => own.some((one) => one.startsWith(word))).length, exact: names.some((name) => name === asked.join(" ")), starts: names.some((name) => name.startsWith(asked.join(" "))) };
  }).filter((one) => one.hits * 2 >= asked.length);
  const best = Math.max(0, ...rated.map((one) => one.hits));
  return rated.filter((one) => one.hits === best).sort((a, b) => Number(b.exact) - Number(a.exact) || Number(b.starts) - Number(a.starts) || a.kind.plural.length - b.kind.plural.length).slice(0, 6).map((one) => one.kind);
}

// The words are the name itself, and no more of it than that.
export const isNameOf = (label: string, words: string): boolean => wordsOf(label).join(" ") === wordsOf(words).join(" ");

// Pages that are no list, by each of their names.
export function viewsNamed(words: string): { name: string; label: string }[] {
  const asked = folded(words).split(/\s+/).filter(Boolean);
  if (!asked.length) return [];
  return shownViews.value.map((view) => ({ name: view.name, label: t(`ui.view.${view.name}`), all: folded([t(`ui.view.${view.name}`), ...synonyms(`ui.view.${view.name}`)].join(" ")) }))
    .filter((view) => asked.every((word) => view.all.includes(word)));
}
