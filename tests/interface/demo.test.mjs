// The demonstration speaks the reader's language after one click, and is removed by one click and one question; what people entered stays, other windows follow.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });

test("one click, and the demonstration speaks the language of the interface: the home page, a list, and another window's button", async () => {
  const [visit] = (await hamdil.ask("GET", "/records/visit")).records;
  assert.equal(visit.title, "DEMO Visit to Northbank");
  const other = await person(browser, hamdil, { language: "fa-AF" });
  await other.locator(".hm-demo-speak").waitFor();
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, "/kind/visit");
  await page.locator("main a", { hasText: "DEMO Visit to Northbank" }).first().waitFor();
  await go(page, "/");
  assert.equal((await page.locator(".hm-demo-speak").innerText()).trim(), "به دری");
  assert.ok((await overflow(page)) <= 0);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await page.locator(".hm-demo-speak").click();
  await page.locator("main .v-alert[role=status]", { hasText: "به دری" }).first().waitFor();
  assert.match(await page.locator("main > .v-alert[role=status], main .v-alert[role=status]").first().innerText(), /[۰-۹]{3} ثبت/);
  assert.equal(await page.locator(".hm-demo-speak").count(), 0); // it speaks it already
  assert.ok((await overflow(page)) <= 0);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await go(page, "/kind/visit");
  await page.locator("main a", { hasText: "DEMO بازدید از کرانهٔ شمال" }).first().waitFor();
  await go(page, "/");
  await page.locator("main a", { hasText: /DEMO \p{Script=Arabic}/u }).first().waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /DEMO [A-Z]/);
  // DEMO in front does not turn a Dari title around.
  for (const where of ["/act/matrix", "/act/budget", "/plan/gantt", "/findings/check", "/kind/visit", "/"]) {
    await go(page, where);
    await settled(page);
    const turned = await page.locator("main bdi").evaluateAll((parts) => parts.filter((one) => /DEMO [\u0600-\u06ff]/.test(one.textContent) && getComputedStyle(one).direction !== "rtl").map((one) => one.textContent));
    assert.deepEqual(turned, [], where);
  }
  await other.locator(".hm-demo-speak").waitFor({ state: "detached" });
  assert.equal((await hamdil.ask("GET", `/records/visit/${visit.id}`)).version, visit.version + 1);
  const english = await person(browser, hamdil);
  await english.getByRole("button", { name: "In English" }).click();
  await english.getByText(/Now in English: \d+ records/).waitFor();
  assert.equal((await hamdil.ask("GET", `/records/visit/${visit.id}`)).title, visit.title);
  assert.deepEqual([...page.complaints, ...page.outside, ...other.complaints, ...english.complaints], []);
  for (const one of [page, other, english]) await one.context().close();
});

test("asked once, the demonstration is gone here and in another window; a record of one's own stays", async () => {
  await hamdil.ask("POST", "/records/activity", { title: "Ours" }, { "Idempotency-Key": crypto.randomUUID() });
  const other = await person(browser, hamdil);
  await go(other, "/kind/activity");
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, "/kind/activity");
  assert.ok((await overflow(page)) <= 0);
  // Where one works it only says so, in one small line; it is let go at home or in the settings.
  const bar = await page.locator(".hm-demo").boundingBox();
  assert.ok(bar.height <= 24, `${bar.height}`);
  assert.match(await page.locator(".hm-demo").innerText(), /DEMO/);
  assert.equal(await page.locator(".hm-demo button").count(), 0);
  await go(page, "/");
  await page.locator(".hm-demo-remove").waitFor();
  await go(page, "/page/settings");
  await page.locator(".hm-demo-remove").click();
  await page.locator(".v-dialog .v-btn").nth(1).click(); // not yet
  await page.locator(".v-dialog").waitFor({ state: "hidden" });
  assert.ok((await hamdil.ask("GET", "/records/activity")).total > 1);
  await page.locator(".hm-demo-remove").click();
  await page.locator(".v-dialog .v-btn").first().waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  if (process.env.HAMDIL_PICTURES) await page.screenshot({ path: `${process.env.HAMDIL_PICTURES}/demo-ask.png` });
  await page.locator(".v-dialog .v-btn").first().click();
  await page.locator("main .v-alert[role=status]").waitFor();
  assert.equal(await page.locator(".hm-demo").count(), 0);
  await page.waitForFunction(() => document.querySelector("main").dataset.path === "/");
  assert.deepEqual(await violations(page), []);
  if (process.env.HAMDIL_PICTURES) await page.screenshot({ path: `${process.env.HAMDIL_PICTURES}/demo-gone.png` });
  assert.equal((await hamdil.ask("GET", "/session")).workspace.demo, false);
  assert.deepEqual((await hamdil.ask("GET", "/records/activity")).records.map((one) => one.title), ["Ours"]);
  await other.locator(".hm-demo").waitFor({ state: "detached" });
  for (const where of ["/kind/activity", "/act/matrix", "/act/budget", "/plan/gantt", "/findings/check", "/products", "/"]) {
    await go(other, where);
    await settled(other);
  }
  assert.deepEqual([...page.complaints, ...page.outside, ...other.complaints], []);
});
