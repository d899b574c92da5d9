// What was decided stays as it is until somebody opens it again; what is reckoned is said while it is typed; what names a record is said
// before it goes; a review names the ratings that it lacks and leads to each of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });
const make = async (kind, title, fields = {}) => (await hamdil.ask("POST", `/records/${kind}`, { title, fields }, { "Idempotency-Key": crypto.randomUUID() })).id;
const move = (kind, id, step) => hamdil.ask("POST", `/records/${kind}/${id}/transitions/${step}`, {}, { "Idempotency-Key": crypto.randomUUID() });
const read = (kind, id) => hamdil.ask("GET", `/records/${kind}/${id}`);

test("an approved budget and its lines stay as they are until it is opened again", async () => {
  const budget = await make("budget_version", "DEMO budget", { budget_number: "1", currency: "USD", total: 100, decided_on: "2026-01-05" });
  const line = await make("budget_line", "DEMO line", { budget_version: budget, category: "staff", quantity: 2, unit_cost: 50, currency: "USD", year: 2027 });
  for (const step of ["submit", "approve"]) await move("budget_version", budget, step);
  for (const [language, width] of [["en", 1280], ["fa-AF", 360]]) {
    const page = await person(browser, hamdil, { language, width });
    await go(page, `/kind/budget_version/${budget}`);
    const note = page.locator("main .v-alert", { has: page.locator("button", { hasText: language === "en" ? "Reopen" : "دوباره باز کردن" }) });
    await note.waitFor();
    assert.ok(await page.locator("[name=title]").evaluate((field) => field.readOnly));
    assert.ok(await page.locator("[data-field=total] input").first().evaluate((field) => field.readOnly || field.disabled));
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.ok((await overflow(page)) <= 0);
    await go(page, `/kind/budget_line/${line}`);
    await page.locator("main .v-alert a", { hasText: "DEMO budget" }).waitFor();
    assert.ok(await page.locator("[data-field=quantity] input").first().evaluate((field) => field.readOnly || field.disabled));
    await page.context().close();
  }
  const page = await person(browser, hamdil, {});
  await go(page, `/kind/budget_version/${budget}`);
  await page.locator("main .v-alert").getByRole("button", { name: "Reopen", exact: true }).click();
  await page.locator("main .v-alert", { hasText: "stays as it is" }).waitFor({ state: "detached" });
  await go(page, `/kind/budget_line/${line}`);
  // The product is said while it is typed, before anything is saved.
  const quantity = page.locator("[data-field=quantity] input").first();
  await quantity.fill("3");
  await page.locator("[data-field]", { hasText: "150 USD" }).first().waitFor();
  await page.context().close();
});

test("what names a record is told before it goes into the bin", async () => {
  const place = await make("place", "DEMO river");
  await make("visit", "DEMO visit to the river", { place, starts: "2026-01-05" });
  const lonely = await make("place", "DEMO hill");
  const page = await person(browser, hamdil, { width: 390 });
  await go(page, `/kind/place/${place}`);
  const away = page.locator("main").getByRole("button", { name: "Move to the bin", exact: true });
  await away.click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByText("DEMO visit to the river").waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole("button").last().click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal((await read("place", place)).deleted, false);
  await away.click();
  await dialog.getByRole("button", { name: "Move to the bin", exact: true }).click();
  await page.waitForURL(/\/kind\/place$/);
  assert.equal((await read("place", place)).deleted, true);
  await go(page, `/kind/place/${lonely}`);
  await away.click();
  await page.waitForURL(/\/kind\/place$/); // nothing names it: it goes at once, and can be brought back
  await page.context().close();
});

test("a review leads to each rating that it lacks, with review and criterion filled in", async () => {
  const checklist = await make("checklist", "DEMO checklist");
  await make("checklist_item", "DEMO both sides were asked", { checklist, type: "criterion", must_have: true, text: "Both sides were asked." });
  const plan = await make("plan_of_action", "DEMO plan", { checklist });
  const reviewer = await make("person", "DEMO reviewer");
  const review = await make("review", "DEMO review", { plan_of_action: plan, reviewer, outcome_proposed: "cleared" });
  const page = await person(browser, hamdil, { width: 390 });
  await go(page, `/kind/review/${review}`);
  const needs = page.locator("#needs li", { hasText: "DEMO both sides were asked" });
  await needs.getByRole("link").last().click();
  await page.waitForURL(/\/kind\/rating\/new/);
  await page.locator("[data-field=checklist_item]", { hasText: "DEMO both sides were asked" }).waitFor();
  await page.locator("[name=title]").fill("DEMO rating");
  await page.locator("[data-field=rating] input").first().fill("3");
  await page.locator("button[type=submit]").click();
  await page.waitForURL(/\/kind\/rating\/[^n]/);
  assert.deepEqual((await read("review", review)).transitions.find((step) => step.name === "submit").refused_by, []);
  const rating = new URL(page.url()).pathname;
  await move("review", review, "submit");
  await go(page, "/");
  await go(page, rating);
  await page.locator("main .v-alert a", { hasText: "DEMO review" }).waitFor(); // the rating is locked with its review
  await page.context().close();
});
