// A record that has a name in the reader's language is called by it wherever it stands, not only where it is chosen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, person, settled } from "./together.mjs";

const kName = "ولسوالی آزمایشی";
let hamdil, browser, place, inner;
before(async () => {
  [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]);
  const make = (kind, title, fields) => hamdil.ask("POST", `/records/${kind}`, { title, fields });
  place = await make("place", "Trial district", { code: "T1", code_list: "test", level: 2, names: { "fa-AF": kName, en: "Trial district" } });
  inner = await make("place", "Trial village", { code: "T11", code_list: "test", level: 3, parent: place.id });
});
after(async () => { await browser.close(); await hamdil.end(); });

test("a name in the reader's language stands in home, search, links, filters and on the record", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  const here = (text) => page.locator("main a:visible").getByText(text, { exact: true }).first().waitFor();
  await here(kName); // what changed last
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("searchbox").fill("Trial district");
  await page.getByRole("dialog").getByText(kName).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await go(page, `/kind/place/${place.id}`);
  assert.equal(await page.locator("h1").textContent(), kName);
  await go(page, `/kind/place/${inner.id}`);
  await page.getByRole("tab").nth(2).click();
  await here(kName);
  await go(page, `/kind/place?f.parent=${place.id}`);
  await settled(page);
  await page.locator(".v-chip", { hasText: kName }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("and its title where it has none", async () => {
  const page = await person(browser, hamdil, { language: "tg" });
  await page.locator("main").getByText("Trial district", { exact: true }).first().waitFor();
  await go(page, `/kind/place/${place.id}`);
  assert.equal(await page.locator("h1").textContent(), "Trial district");
  await page.context().close();
});
