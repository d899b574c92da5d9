// One word for each thing, everywhere a person reads it: a second one makes two things of one.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";

const kContent = new URL("../../content/", import.meta.url);
// What is said in Dari, and the other words for it that are refused.
const kRefused = [
  ["شرح وظایف (terms of reference)", /لایح[هۀ]/u],
  ["مسوده (draft)", /پیش[\u200c ]?نویس/u],
  ["عاجل (urgent)", /فوری/u],
  ["جستجو (search)", /جست[\u200c ]?و[\u200c ]?جو|جستو/u],
  ["گزینش سند (screening)", /غربال/u],
  ["دالر (dollar)", /دلار/u],
  ["واحد پول (currency)", /(?<![آ-ی])(?:اسعار|ارز)(?![آ-ی])/u],
  ["پلان (plan)", /برنامه(?:\u200cریزی|ٔ زمانی)/u],
  ["بازبین (reviewer)", /بررسی\u200cکنند/u],
  ["تبصره (comment)", /یادداشت (?:تازه|شما)/u],
  ["بلند (a high level)", /(?:^|[":؛،]\s*|نمونه |سطح |خطر |اهمیت |اولویت )بالا(?=$|["،.؛]| اگر)/u],
];
// A direction, not a level.
const kDirections = /^\s*choice\.up:/u;

const files = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? files(new URL(`${one.name}/`, folder)) : one.name.endsWith(".yaml") ? [new URL(one.name, folder)] : []));
// Words by which text of others is recognised are not ours to choose.
const ours = files(kContent).filter((file) => !file.pathname.endsWith("-words.yaml"));
const wrong = (text) => text.split("\n").flatMap((line, at) => (kDirections.test(line) ? [] : kRefused.filter(([, other]) => other.test(line)).map(([word]) => `${at + 1}: ${word}`)));

test("Dari says each thing with one word", () => {
  assert.ok(ours.some((file) => file.pathname.endsWith("/messages/fa-AF.yaml")));
  assert.deepEqual(ours.flatMap((file) => wrong(fs.readFileSync(file, "utf8")).map((found) => `${file.pathname.split("/content/")[1]}:${found}`)), []);
});
test("and another word is found where it is written", () => {
  for (const line of ['a: "غربال سند"', 'a: "صد دلار"', 'a: "به کدام ارز"', 'a: "برنامه‌ریزی"', 'a: "بررسی‌کنندگان"', 'a: "یادداشت شما"', 'a: "وارد کردن لایحه وظایف"', 'a: "پیش‌نویس"', 'a: "پیشنویس"', 'a: "فوری"', 'a: "جست‌وجو"', 'choice.high: "بالا"', 'a: "برای نمونه بالا اگر"']) assert.equal(wrong(line).length, 1, line);
  assert.deepEqual(wrong('choice.up: "بالا"\nz: "ارزیابی، یادداشت"\na: "آنچه بالای خط"\nb: "رقم بالاتر"'), []);
});
