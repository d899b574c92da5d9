// What people read instead of what machines write: data as tables, one message for a day that there is not, boxes that grow, names of languages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });
const make = (kind, title, fields = {}) => hamdil.ask("POST", `/records/${kind}`, { title, fields });
const field = (page, name) => page.locator(`[data-field="${name}"]`);

const kScale = { values: [{ value: 1, label: { en: "Poor", "fa-AF": "ضعیف" } }, { value: 2, label: { en: "Good", "fa-AF": "خوب" } }], decided_on: "2026-11-22", inner: { deep: { deeper: { deepest: true } } } };
test("data is a table in the reader's language, and its text is there for whoever asks", async () => {
  const record = await make("checklist", "Trial checklist", { scale: kScale });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/checklist/${record.id}`);
  const scale = field(page, "scale");
  await scale.getByRole("cell", { name: "ضعیف" }).waitFor();
  const shown = await scale.innerText();
  assert.doesNotMatch(shown, /[{}"]|Poor/);
  assert.ok(shown.includes("۱ قوس ۱۴۰۵"), shown);
  assert.equal(await scale.getByText("deepest").count(), 0, "what lies deep is not drawn");
  await scale.locator("summary").first().click();
  await scale.getByText("deeper", { exact: true }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.ok((await overflow(page)) <= 0);
  await scale.getByRole("button", { name: "ویرایش به شکل متن" }).click();
  const box = scale.locator("textarea:not([aria-hidden])");
  await box.fill('{"values": [');
  await box.blur();
  await scale.getByText("نمی‌توان خواند").waitFor();
  assert.deepEqual((await hamdil.ask("GET", `/records/checklist/${record.id}`)).fields.scale, kScale, "nothing half read is kept");
  await box.fill('{"values": [5]}');
  await box.blur();
  await page.locator(".hm-saved", { hasText: "ذخیره" }).waitFor();
  for (let tries = 0; tries < 40 && (await hamdil.ask("GET", `/records/checklist/${record.id}`)).fields.scale.values[0] !== 5; tries++) await new Promise((again) => setTimeout(again, 100));
  assert.deepEqual((await hamdil.ask("GET", `/records/checklist/${record.id}`)).fields.scale, { values: [5] });
  await scale.getByRole("button", { name: "نمایش به شکل جدول" }).click();
  await scale.getByText("۵").waitFor();
  await page.getByRole("tab").last().click();
  await page.locator(".hm-changes").first().waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /\[object/);
  await page.context().close();
});

test("a day that the month does not have is one message, which says how many it has", async () => {
  const record = await make("activity", "Trial activity");
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/activity/${record.id}`);
  const day = field(page, "starts");
  await day.locator("input").fill("۱۴۰۵/۰۷/۳۱");
  await day.locator("input").blur();
  await day.getByText("میزان ۱۴۰۵ تنها ۳۰ روز دارد.").waitFor();
  await page.locator(".hm-unsaved").waitFor(); // the server has answered
  assert.equal(await page.locator(".v-input--error").count(), 1);
  assert.equal(await page.locator(".v-alert[role=alert]").count(), 0, "not a second time above the form");
  await day.locator("input").fill("۱۴۰۵/۰۷/۳۰");
  await day.locator("input").blur();
  await page.waitForFunction(() => !document.querySelector(".hm-unsaved"));
  assert.equal((await hamdil.ask("GET", `/records/activity/${record.id}`)).fields.starts, "2026-10-22");
  await page.context().close();
});

test("a box for notes has three lines at least and grows with its text", async () => {
  const page = await person(browser, hamdil, { width: 360 });
  await go(page, "/kind/activity/new");
  const name = await page.evaluate(() => document.querySelector("[data-field] textarea:not([aria-hidden], [name=title])").closest("[data-field]").dataset.field);
  const box = field(page, name).locator("textarea:not([aria-hidden])");
  const height = () => box.evaluate((element) => element.getBoundingClientRect().height);
  const line = await box.evaluate((element) => parseFloat(getComputedStyle(element).lineHeight));
  assert.ok((await height()) >= 3 * line, `${await height()} of ${line}`);
  await box.fill(Array.from({ length: 9 }, (_, index) => `line ${index}`).join("\n"));
  await settled(page);
  assert.ok((await height()) >= 9 * line);
  await page.context().close();
});

test("languages have their names in Dari, also those that the Unicode data names wrongly", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF" });
  await go(page, "/kind/document/new");
  const box = field(page, "language").locator("input");
  for (const [words, name] of [["شغنان", "شغنانی · sgh"], ["ابخ", "ابخازی · ab"], ["دری", "دری · fa-AF"]]) {
    await box.fill(words);
    await page.getByRole("option", { name, exact: true }).waitFor();
  }
  await page.context().close();
});
