// Terms of reference: dropped, checked beside their source, confirmed.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
const sample = (name) => fs.readFileSync(new URL(`../terms/${name}`, import.meta.url), "utf8");
before(async () => { hamdil = await Hamdil.make({ demo: false }); browser = await launch(); });
after(async () => { await browser?.close(); await hamdil?.end(); });

test("a document is split, mended and confirmed as linked records", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/plan/terms");
  await page.locator("input[type=file]").setInputFiles({ name: "tor.txt", mimeType: "text/plain", buffer: Buffer.from(sample("consultant.en.txt")) });
  await page.locator("#terms-result").waitFor();
  const cards = page.locator(".hm-proposals > li");
  assert.equal(await cards.count(), 17);
  assert.deepEqual(await violations(page), []);
  // Looking at a proposal shows the paragraph it comes from.
  await cards.first().getByRole("textbox").first().focus();
  await page.locator(".hm-paragraph.active", { hasText: "All partners must be named" }).waitFor();
  await cards.first().getByRole("button", { name: /^Leave out/ }).click();
  assert.equal(await cards.count(), 16);
  await page.getByRole("button", { name: "Confirm and save" }).click();
  await page.waitForURL("**/kind/terms_of_reference/*");
  assert.equal((await hamdil.ask("GET", "/records/requirement")).total, 10);
  const [report] = (await hamdil.ask("GET", "/records/deliverable?words=inception")).records;
  assert.equal(report.fields.due, "2026-03-15");
  assert.match(report.fields.source, /^\d+$/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("pasted text in Dari on a phone", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, "/plan/terms");
  await page.locator("textarea[name=source]").fill(sample("consultant.fa-AF.txt"));
  await page.getByRole("button", { name: "جدا کردن متن" }).click();
  await page.locator("#terms-result").waitFor();
  await settled(page);
  assert.ok((await page.locator(".hm-proposals > li").count()) >= 5);
  assert.equal(await overflow(page), 0);
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test("what cannot be read says why", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/plan/terms");
  await page.locator("input[type=file]").setInputFiles({ name: "tor.docx", mimeType: "application/octet-stream", buffer: Buffer.from("PK\x03\x04 not a package") });
  await page.getByRole("alert").filter({ hasText: "ZIP package" }).waitFor();
  await page.context().close();
});
