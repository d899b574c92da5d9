// Days and numbers: the arithmetic of both calendars against the Unicode data, and the fields that take them as people write them.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

const app = path.resolve(path.dirname(new URL(import.meta.url).pathname), "../../web/app");
let hamdil, browser, calendar, folder;
before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hamdil-calendar-"));
  const { buildSync } = createRequire(path.join(app, "package.json"))("esbuild");
  buildSync({ entryPoints: [path.join(app, "src/calendar.ts")], bundle: true, format: "esm", outfile: path.join(folder, "calendar.mjs") });
  calendar = await import(pathToFileURL(path.join(folder, "calendar.mjs")));
  [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]);
});
after(async () => { await browser.close(); await hamdil.end(); fs.rmSync(folder, { recursive: true, force: true }); });
const make = (kind, title, fields = {}) => hamdil.ask("POST", `/records/${kind}`, { title, fields }, { "Idempotency-Key": crypto.randomUUID() });
const shown = async (kind, id) => (await hamdil.ask("GET", `/records/${kind}/${id}`)).fields;
async function until(what, why) {
  for (let i = 0; i < 80; i++) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(why);
}

test("every day of the Solar years 1300 to 1500 comes back, and is the day that the Unicode data says", () => {
  const unicode = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", { year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" });
  const { dayOf, isoOf, laterBy } = calendar;
  let leaps = 0;
  for (let iso = isoOf({ year: 1300, month: 1, day: 1 }, "solar"), end = isoOf({ year: 1501, month: 1, day: 1 }, "solar"); iso < end; iso = laterBy(iso, 1)) {
    const day = dayOf(iso, "solar");
    assert.equal(isoOf(day, "solar"), iso);
    if (day.month === 12 && day.day === 30) ++leaps;
    const parts = Object.fromEntries(unicode.formatToParts(new Date(iso + "T00:00:00Z")).map((part) => [part.type, Number.parseInt(part.value, 10)]));
    assert.deepEqual(day, { year: parts.year, month: parts.month, day: parts.day }, iso);
  }
  assert.ok(leaps >= 48 && leaps <= 49, String(leaps));
  assert.equal(isoOf({ year: 1404, month: 12, day: 30 }, "solar"), "");
  assert.equal(isoOf({ year: 1403, month: 12, day: 30 }, "solar"), "2025-03-20");
  assert.equal(isoOf({ year: 2023, month: 2, day: 29 }, "gregorian"), "");
  assert.equal(dayOf("2023-02-29", "solar"), null);
  assert.equal(calendar.laterByMonths("2026-01-31", 1, "gregorian"), "2026-02-28");
});

test("what people write is read in digits of any script, by number and by the name of the month", () => {
  const months = { gregorian: [["January"], ["جنوری"]], solar: [["Hamal"], ["حمل"]] };
  const read = (text) => { const got = calendar.readDay(text, months); return got && `${got.iso} ${got.calendar}`; };
  for (const text of ["1405/9/1", "1405-09-01", "۱۴۰۵/۰۹/۰۱", "١٤٠٥/٩/١", "1/9/1405", " 1 . 9 . 1405 "]) assert.equal(read(text), "2026-11-22 solar", text);
  for (const text of ["2026-11-22", "22.11.2026", "۲۰۲۶/۱۱/۲۲"]) assert.equal(read(text), "2026-11-22 gregorian", text);
  assert.equal(read("۵ حمل ۱۴۰۵"), "2026-03-25 solar");
  assert.equal(read("5 january 2026"), "2026-01-05 gregorian");
  // Without a year, that in which it is nearest: half a year away at the most.
  for (const text of ["5 حمل", "حمل ۵", "5 January"]) assert.ok(Math.abs(Date.parse(calendar.readDay(text, months).iso) - Date.now()) < 200 * 86_400_000, text);
  assert.equal(calendar.readDay("5 حمل", months).calendar, "solar");
  for (const text of ["5 9", "حمل", "5 Nothing", "45 حمل", "", "tomorrow", "2026-13-01", "1405/12/30", "26-11-22", "2026-11", "1 Nothing 2026"]) assert.equal(read(text), null, text);
});

test("in Dari a day is written and shown in the Solar calendar and kept as the Gregorian one", async () => {
  const record = await make("milestone", "Days", { ends: "2030-12-20" });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/milestone/${record.id}`);
  const field = page.locator("[data-field=ends]");
  const input = field.locator("input");
  await field.getByText("هجری شمسی").first().waitFor();
  await field.getByText(/میلادی.*دسمبر/).waitFor();
  await input.fill("۱۴۰۵/۹/۱");
  await input.blur();
  await until(async () => (await shown("milestone", record.id)).ends === "2026-11-22", "saved as the Gregorian day");
  // A Gregorian year is understood and offered, and nothing else is saved until somebody takes it.
  await input.fill("2026-12-25");
  await input.blur();
  await field.getByRole("button", { name: /جدی/ }).click();
  await until(async () => (await shown("milestone", record.id)).ends === "2026-12-25", "taken");
  // What is no day is said to be none, in the language of the page.
  await input.fill("فردا");
  await input.blur();
  await field.getByText("این روز شناخته نشد").waitFor();
  assert.equal((await shown("milestone", record.id)).ends, "2026-12-25");
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.ok((await overflow(page)) <= 0);
  await page.context().close();
});

test("a year of the other calendar is offered, too, where days are Gregorian; the reader chooses the calendar", async () => {
  const record = await make("milestone", "Offered", { ends: "2030-12-20" });
  const page = await person(browser, hamdil);
  await go(page, `/kind/milestone/${record.id}`);
  const field = page.locator("[data-field=ends]");
  await field.locator("input").fill("1405-09-01");
  await field.locator("input").blur();
  await field.getByRole("button", { name: "Take 2026-11-22" }).click();
  await until(async () => (await shown("milestone", record.id)).ends === "2026-11-22", "taken");
  await page.getByRole("button", { name: "Language" }).click();
  await page.locator(".hm-reader").click();
  await page.getByRole("dialog").locator(".v-select .v-field").first().click();
  await page.locator(".v-overlay--active .v-list-item", { hasText: "Solar Hijri" }).click();
  await page.getByRole("dialog").getByText(/Today: \d+ [A-Z][a-z]+ 14\d\d/).waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Close" }).click();
  await page.waitForFunction(() => document.querySelector("[data-field=ends] input").value === "1405/09/01");
  await page.getByRole("tab").nth(3).click();
  await page.locator(".hm-changes ins", { hasText: "1 Qaws 1405" }).first().waitFor(); // in the history: a sentence elsewhere may name the day, too
  await page.context().close();
});

test("a year of the Solar calendar is offered as the two years that it lies in, and a Gregorian one says its Solar years", async () => {
  for (const [language, typed, under, second] of [["en", "1405", /In Solar Hijri: 1405–1406\./, "Take 2027"], ["fa-AF", "۱۴۰۵", /۱۴۰۵–۱۴۰۶/, "۲۰۲۷"]]) {
    const record = await make("budget_line", `In a year, ${language}`);
    const page = await person(browser, hamdil, { language, width: language === "en" ? 1280 : 360 });
    await go(page, `/kind/budget_line/${record.id}`);
    const field = page.locator("[data-field=year]");
    await field.locator("input").fill(typed);
    await field.getByRole("button", { name: second }).click();
    await until(async () => (await shown("budget_line", record.id)).year === 2027, "taken");
    await field.getByText(under).waitFor();
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  }
});

test("a day is chosen with the keys alone", async () => {
  for (const [language, first, last] of [["en", "2030-12-20", "2031-01-21"], ["fa-AF", "1409/09/29", "1409/10/30"]]) {
    const record = await make("milestone", "By keys", { ends: "2030-12-20" });
    const page = await person(browser, hamdil, { language, width: 390 });
    await go(page, `/kind/milestone/${record.id}`);
    await page.locator("[data-field=ends] .hm-calendar").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((day) => document.activeElement?.dataset.day === day, first);
    await page.keyboard.press("PageDown");
    await page.keyboard.press(language === "en" ? "ArrowRight" : "ArrowLeft");
    await page.waitForFunction((day) => document.activeElement?.dataset.day === day, last);
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press("Enter");
    const kept = { en: "2031-01-21", "fa-AF": "2031-01-20" }[language];
    await until(async () => (await shown("milestone", record.id)).ends === kept, "chosen");
    await page.context().close();
  }
});

test("numbers are typed and shown in the reader's digits, and kept as numbers; years are not grouped", async () => {
  const record = await make("budget_line", "Numbers", { quantity: 2500, unit_cost: 12.5, year: 2026 });
  const texts = { "fa-AF": ["۲٬۵۰۰", "۱۲٫۵", "۲۰۲۶"], en: ["2,500", "12.5", "2026"] };
  for (const [language, shows] of Object.entries(texts)) {
    const page = await person(browser, hamdil, { language, width: 390 });
    await go(page, "/kind/budget_line?columns=quantity,unit_cost,year");
    for (const text of shows) await page.locator("td", { hasText: text }).first().waitFor();
    await go(page, "/act/budget");
    await page.locator("td", { hasText: language === "en" ? "31,250" : "۳۱٬۲۵۰" }).first().waitFor();
    await go(page, `/kind/budget_line/${record.id}`);
    await page.waitForFunction((text) => document.querySelector("input[name=unit_cost]").value === text, shows[1]);
    const quantity = page.locator("input[name=quantity]");
    for (const [typed, is] of [["۳٬۵۰۰٫۲۵", 3500.25], ["٤٥", 45], ["2.05", 2.05], ["2500", 2500]]) {
      await quantity.fill("");
      await quantity.pressSequentially(typed);
      await quantity.blur();
      await until(async () => (await shown("budget_line", record.id)).quantity === is, `${typed} is ${is}`);
    }
    await page.context().close();
  }
});

test("the words of the user stand everywhere, and things are found by each of their names", async () => {
  const aim = await make("objective", "Aim", { level: "goal" });
  await make("monitoring_indicator", "Named twice", { unit: "percent", objective: aim.id });
  for (const [language, chooses, shows] of [["en", "Logframe instead", "Logframe"], ["fa-AF", "چارچوب منطقی به جای", "چارچوب منطقی"]]) {
    const page = await person(browser, hamdil, { language, width: 390 });
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").locator("input").fill(shows);
    const found = page.getByRole("dialog").locator("li").first();
    await found.waitFor();
    assert.doesNotMatch(await found.innerText(), new RegExp(shows));
    await page.getByRole("dialog").locator("input").fill(language === "en" ? "actuals" : "مقدارهای واقعی");
    await page.getByRole("dialog").locator("li", { hasText: language === "en" ? "Measurements" : "اندازه‌گیری‌ها" }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.locator(".v-app-bar .v-btn").last().click();
    await page.locator(".hm-reader").click();
    const boxes = page.getByRole("dialog").locator(".hm-words");
    await boxes.getByLabel(chooses).check();
    await boxes.locator("input[type=checkbox]").nth(2).check();
    await boxes.locator("input[type=checkbox]").nth(3).check();
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.ok((await overflow(page)) <= 0);
    await page.getByRole("dialog").locator(".v-btn").last().click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await go(page, "/act/matrix");
    await page.locator("h1", { hasText: shows }).waitFor();
    await page.getByText(language === "en" ? "Actual" : "مقدار واقعی", { exact: true }).first().waitFor({ state: "attached" });
    await page.getByText(language === "en" ? "Impact" : "تأثیر").first().waitFor();
    await go(page, "/kind/measurement");
    await page.locator("h1", { hasText: language === "en" ? "Actuals" : "مقدارهای واقعی" }).waitFor();
    await page.reload();
    await page.locator("h1", { hasText: language === "en" ? "Actuals" : "مقدارهای واقعی" }).waitFor();
    await page.context().close();
  }
});
