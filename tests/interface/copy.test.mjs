// One record again, and a month again: counted first, made, taken back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
const event = (title, held_on) => hamdil.ask("POST", "/records/event", { title, fields: { held_on } });
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]); await event("DEMO tea", "2026-01-31"); await event("DEMO walk", "2026-01-05"); await event("DEMO play", "2026-02-05"); });
after(async () => { await browser?.close(); await hamdil?.end(); });
const count = async () => (await hamdil.ask("GET", "/records/event")).total;

const kSpring = new Date("2026-04-25T09:00:00Z"); // 5 Sawr 1405
const choose = async (page, dialog, month) => {
  await dialog.locator(".v-select .v-field").click();
  await page.getByRole("option", { name: month, exact: true }).click();
};

test("a month of the Solar calendar is copied to the next one, in Dari", async () => {
  await event("DEMO whole month", "2026-03-21"); // 1 Hamal 1405
  const page = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  await page.clock.setFixedTime(kSpring);
  await go(page, "/kind/event");
  await page.getByRole("button", { name: "رونوشت یک ماه" }).click();
  const dialog = page.getByRole("dialog");
  await choose(page, dialog, "حمل ۱۴۰۵");
  await dialog.getByText("ثور ۱۴۰۵").first().waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  await dialog.locator(".bg-primary").click();
  await dialog.getByRole("status").waitFor();
  const { records } = await hamdil.ask("GET", "/records/event?f.title=DEMO%20whole%20month&sort=held_on");
  assert.deepEqual(records.map((one) => one.fields.held_on), ["2026-03-21", "2026-04-21"], "1 Sawr");
  for (const one of records) await hamdil.ask("DELETE", `/records/event/${one.id}`, undefined, { "If-Match": `"${one.version}"` });
  await page.context().close();
});

test("a month is copied and taken back", async () => {
  const page = await person(browser, hamdil, { width: 390 });
  await page.clock.setFixedTime(kSpring);
  await go(page, "/kind/event");
  await page.getByRole("button", { name: "Copy a month" }).click();
  const dialog = page.getByRole("dialog");
  await choose(page, dialog, "January 2026");
  await dialog.getByText("2 drafts would be made for February 2026.").waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  assert.equal(await count(), 3, "nothing is made before it is asked for");
  await dialog.getByRole("button", { name: "Make the drafts" }).click();
  await dialog.getByText("2 drafts were made.").waitFor();
  assert.equal(await count(), 5);
  assert.deepEqual((await hamdil.ask("GET", "/records/event?f.held_on.min=2026-02-01&sort=held_on")).records.map((one) => one.fields.held_on), ["2026-02-05", "2026-02-05", "2026-02-28"]);
  await dialog.getByRole("button", { name: "Take them back" }).click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await count(), 3);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a record is copied from its page", async () => {
  const page = await person(browser, hamdil);
  const [first] = (await hamdil.ask("GET", "/records/event?f.title=DEMO%20tea")).records;
  await go(page, `/kind/event/${first.id}`);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.waitForURL((url) => /\/kind\/event\/\w{16}$/.test(url.pathname) && !url.pathname.endsWith(first.id));
  const made = await hamdil.ask("GET", `/records/event/${page.url().split("/").at(-1)}`);
  assert.deepEqual([made.title, made.fields.held_on, made.version], ["DEMO tea (2)", "2026-01-31", 1], "the days of one copy stay, and its title says that it is one");
  await page.locator("[name=title]").waitFor();
  await page.locator(".hm-notice").getByRole("button", { name: "Undo" }).click();
  await page.waitForURL((url) => url.pathname.endsWith(first.id));
  assert.equal((await hamdil.ask("GET", "/records/event?f.title.contains=DEMO%20tea")).total, 1, "taken back");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a copy that was changed meanwhile stays", async () => {
  const page = await person(browser, hamdil);
  const [first] = (await hamdil.ask("GET", "/records/event?f.title=DEMO%20tea")).records;
  await go(page, `/kind/event/${first.id}`);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await page.waitForURL((url) => /\/kind\/event\/\w{16}$/.test(url.pathname) && !url.pathname.endsWith(first.id));
  const id = page.url().split("/").at(-1);
  await hamdil.ask("PATCH", `/records/event/${id}`, { title: "DEMO other tea" }, { "If-Match": '"1"' });
  await page.locator(".hm-notice").getByRole("button", { name: "Undo" }).click();
  await page.getByText("The copy was changed meanwhile and stays.").waitFor();
  assert.equal((await hamdil.ask("GET", `/records/event/${id}`)).title, "DEMO other tea");
  assert.ok(page.url().endsWith(id));
  await page.context().close();
});
