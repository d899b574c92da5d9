// Several people at work: they see each other, talk about a record, and hear of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });
const make = (title) => hamdil.ask("POST", "/records/visit", { title, fields: {} }, { "Idempotency-Key": crypto.randomUUID() });
async function opened(record, options) {
  const page = await person(browser, hamdil, options);
  await go(page, `/kind/visit/${record.id}`);
  await page.locator("[name=title]").waitFor();
  return page;
}

test("two browsers on one record see each other and the field that is being written in", async () => {
  const record = await make("Seen together");
  const one = await opened(record);
  assert.equal(await one.locator(".hm-present").count(), 0);
  const two = await opened(record, { language: "fa-AF", width: 390 });
  await one.locator(".hm-present").filter({ hasText: "has this open" }).waitFor();
  await two.locator("[name=title]").focus();
  await one.locator(".hm-present").filter({ hasText: "writing in “Title”" }).waitFor();
  await one.locator("[data-field=title] .hm-writes").waitFor();
  await settled(two);
  assert.deepEqual(await violations(two), []);
  assert.ok((await overflow(two)) <= 0);
  await go(two, "/");
  await one.locator(".hm-present").waitFor({ state: "detached" });
  await Promise.all([one.context().close(), two.context().close()]);
});

test("a comment with a mention arrives at once, is answered, settled and opened again", async () => {
  const record = await make("Talked about");
  const [one, two] = await Promise.all([opened(record), opened(record)]);
  for (const page of [one, two]) await page.getByRole("tab", { name: "Comments" }).click();
  await one.locator("textarea[name=comment]").fill("Is the road open, @test");
  await one.getByRole("group", { name: "Names" }).getByRole("button", { name: "tester" }).click();
  await one.getByRole("button", { name: "Say it" }).click();
  await two.locator(".hm-thread").filter({ hasText: "Is the road open" }).waitFor();
  assert.equal(await two.locator(".hm-mention").innerText(), "@tester");
  await two.getByRole("button", { name: "Reply" }).click();
  await two.locator(".hm-thread textarea[name=comment]").fill("Since Monday");
  await two.locator(".hm-thread").getByRole("button", { name: "Say it" }).click();
  await one.locator(".hm-thread .hm-reply").filter({ hasText: "Since Monday" }).waitFor();
  await settled(one);
  assert.deepEqual(await violations(one), []);
  await one.getByRole("button", { name: "Settled", exact: true }).click();
  await two.getByRole("button", { name: "Settled (1)" }).click();
  await two.getByRole("button", { name: "Open again" }).click();
  await one.getByRole("button", { name: "Settled", exact: true }).waitFor();
  await Promise.all([one.context().close(), two.context().close()]);
});

test("what others say to me stands on the first page until I have read it", async () => {
  const record = await make("Asked about");
  await hamdil.kill();
  const own = hamdil.environment.HAMDIL_USER;
  hamdil.environment.HAMDIL_USER = "colleague";
  await hamdil.start();
  await hamdil.ask("POST", `/comments/visit/${record.id}`, { text: "Please look, @tester" });
  await hamdil.kill();
  hamdil.environment.HAMDIL_USER = own;
  await hamdil.start();
  const page = await person(browser, hamdil);
  await page.locator("main").getByText("1 new", { exact: true }).waitFor();
  await page.locator("main li a[href*=\"tab=comments\"]").click();
  await page.locator(".hm-thread").filter({ hasText: "Please look" }).waitFor();
  await go(page, "/");
  await page.locator("main h2").first().waitFor();
  assert.equal(await page.locator("main a[href*=\"tab=comments\"]").count(), 0);
  await page.context().close();
});

test("a list and the budget follow what others do, with as many rows as were shown and where the reader stands", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/budget_line?sort=-changed_at");
  await page.locator("tbody tr").first().waitFor();
  const more = page.getByRole("button", { name: "More", exact: true });
  while (await more.count()) { const before = await page.locator("tbody tr").count(); await more.click(); await page.waitForFunction((n) => document.querySelectorAll("tbody tr").length > n, before); }
  const shown = await page.locator("tbody tr").count();
  const second = page.locator("tbody tr th a").nth(1);
  await second.focus();
  const address = await second.getAttribute("href");
  const line = await hamdil.ask("POST", "/records/budget_line", { title: "Chairs for the square", fields: { quantity: 7, frequency: 1, unit_cost: 1234, currency: "USD" } }, { "Idempotency-Key": crypto.randomUUID() });
  await page.locator("tbody tr").filter({ hasText: "Chairs for the square" }).waitFor();
  assert.equal(await page.locator("tbody tr").count(), shown + 1);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), address, "the focus stays where it was");
  await go(page, "/act/budget");
  const link = page.locator("table a[href^='/kind/budget_line/']").first();
  await link.waitFor();
  const own = await hamdil.ask("GET", `/records/budget_line/${(await link.getAttribute("href")).split("/").pop()}`);
  await hamdil.ask("PATCH", `/records/budget_line/${own.id}`, { title: "A line that others called so" }, { "If-Match": `"${own.version}"`, "Idempotency-Key": crypto.randomUUID() });
  await page.getByText("A line that others called so").first().waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a rule that a record breaks is said beside its field, and at the step that waits for it", async () => {
  const record = await make("Backwards");
  const page = await opened(record);
  await page.locator("input[name=starts]").fill("2027-11-20");
  await page.locator("input[name=ends]").fill("2027-11-10");
  await page.locator("input[name=ends]").blur();
  await page.locator("[data-field=ends] .hm-rule").waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await page.locator("input[name=ends]").fill("2027-11-21");
  await page.locator("input[name=ends]").blur();
  await page.locator("[data-field=ends] .hm-rule").waitFor({ state: "detached" });
  await page.context().close();
});

test("a view with its columns is kept on the server and shared; another browser has it", async () => {
  await hamdil.ask("POST", "/records/visit", { title: "Road to the north", fields: { purpose: "Look at the road" } }, { "Idempotency-Key": crypto.randomUUID() });
  const one = await person(browser, hamdil);
  await go(one, "/kind/visit");
  await one.locator("tbody tr").first().waitFor();
  const heads = () => one.locator("thead th").allInnerTexts();
  const before = (await heads()).length;
  await one.getByRole("button", { name: "Columns" }).click();
  await one.locator(".v-overlay--active").getByLabel("Purpose", { exact: true }).click();
  await one.waitForFunction((count) => document.querySelectorAll("thead th").length === count + 1, before);
  await one.keyboard.press("Escape");
  await one.locator("input[type=search]").first().fill("road");
  await one.waitForFunction(() => new URLSearchParams(location.search).get("words") === "road" && new URLSearchParams(location.search).get("columns")?.includes("purpose"));
  await one.getByRole("button", { name: "Saved views" }).click();
  await one.locator("input[name=view]").fill("Roads");
  await one.getByLabel("For everybody").check();
  await one.locator(".v-overlay--active form button[type=submit]").click();
  await one.locator(".v-overlay--active").getByRole("button", { name: "Roads", exact: true }).waitFor();
  assert.deepEqual(await violations(one), []);

  const two = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  await go(two, "/kind/visit");
  await two.locator("button[title]").filter({ has: two.locator("svg") }).nth(1).click();
  await two.locator(".v-overlay--active").getByRole("button", { name: "Roads", exact: true }).click();
  await two.waitForFunction(() => new URLSearchParams(location.search).get("words") === "road");
  await two.locator("tbody th", { hasText: "Road to the north" }).waitFor();
  assert.ok(decodeURIComponent(new URL(two.url()).search).includes("purpose"));
  await Promise.all([one.context().close(), two.context().close()]);
});

test("the check of the chain tells the server's rules, with links", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/findings/check");
  await page.locator(".hm-broken li a").first().waitFor();
  const wanted = (await hamdil.ask("GET", "/checks")).rules[0];
  assert.equal((await page.locator(".hm-broken li a").first().innerText()).trim(), wanted.records[0].title);
  await page.locator(".hm-broken li a").first().click();
  await page.locator("[name=title]").waitFor();
  await page.context().close();
});
