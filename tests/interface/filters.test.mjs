// Filters of a list: every type of field, told by chips, in the address, in Back, in what is exported and counted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser, place, owner;
const made = async (kind, title, fields) => (await hamdil.ask("POST", `/records/${kind}`, { title, fields })).id;
before(async () => {
  [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]);
  place = await made("place", "DEMO Northbank", {});
  const other = await made("place", "DEMO Southbank", {});
  owner = await made("person", "DEMO Owner", {});
  await made("event", "DEMO Spring", { held_on: "2026-03-05", place, hours: 2, good_contact: true, owner, currency: "TJS", tags: ["bridge", "school"], observation: "People spoke about 50% of the water" });
  await made("event", "DEMO Summer", { held_on: "2026-06-30", place, hours: 6, good_contact: false, currency: "USD", tags: ["school"] });
  await made("event", "DEMO Autumn", { held_on: "2026-09-10", place: other, hours: 12 });
});
after(async () => { await browser?.close(); await hamdil?.end(); });

const titles = async (page) => { await settled(page); return (await page.locator("main tbody th").allInnerTexts()).map((one) => one.replace("DEMO ", "").trim()).sort(); };
const opened = async (page) => { await page.getByRole("button", { name: /^Filters|^فیلترها/ }).click(); await page.getByRole("dialog").locator("input[name='f.held_on.min']").waitFor(); };
async function shown(page) { await page.getByRole("dialog").locator("button[type=submit]").click(); await page.getByRole("dialog").waitFor({ state: "hidden" }); await page.waitForTimeout(300); }

test("dates, numbers, places, owner, yes or no, words: each narrows the list and is taken away by its chip", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/event");
  await opened(page);
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[name='f.held_on.min']").fill("2026-03-05");
  await dialog.locator("input[name='f.held_on.max']").fill("2026-06-30");
  await shown(page);
  assert.deepEqual(await titles(page), ["Spring", "Summer"], "both ends count");
  await opened(page);
  await dialog.locator("input[name='f.hours.min']").fill("۳");
  await shown(page);
  assert.deepEqual(await titles(page), ["Summer"]);
  assert.match(page.url(), /f\.hours\.min=3/);
  assert.equal(await page.locator(".hm-chip").count(), 2);
  const exported = await hamdil.ask("GET", `/export/event?format=json&${new URL(page.url()).searchParams}`);
  assert.deepEqual(exported.map((one) => one.title), ["DEMO Summer"], "what is exported is what is shown");
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll(".hm-chip").length === 1);
  assert.deepEqual(await titles(page), ["Spring", "Summer"], "Back takes the last filter away");
  await page.locator(".hm-chip button").click();
  await page.waitForFunction(() => !document.querySelector(".hm-chip"));
  assert.equal((await titles(page)).length, 3);
  await opened(page);
  await dialog.getByLabel("Place", { exact: true }).fill("North");
  await page.getByRole("option", { name: "DEMO Northbank" }).click();
  await dialog.getByLabel("Looked after by", { exact: true }).fill("Own");
  await page.getByRole("option", { name: "DEMO Owner" }).click();
  await shown(page);
  assert.deepEqual(await titles(page), ["Spring"]);
  assert.ok((await page.locator(".hm-chip").allInnerTexts()).some((text) => text.includes("DEMO Northbank")), "a chip tells the title, not the id");
  await page.reload();
  await page.locator(".hm-chip", { hasText: "DEMO Northbank" }).waitFor();
  await page.getByRole("button", { name: "Clear all filters" }).click();
  await opened(page);
  await dialog.locator("input[name='f.observation.contains']").fill("50%");
  await shown(page);
  assert.deepEqual(await titles(page), ["Spring"], "a sign of per cent is one");
  for (const [query, want] of [["f.good_contact=false", ["Summer"]], ["f.tags=bridge", ["Spring"]], ["f.currency=USD", ["Summer"]], ["f.place.empty=true", []], ["f.title.contains=umm", ["Summer"]], [`f.changed_at.max=${new Date().toISOString().slice(0, 10)}`, ["Autumn", "Spring", "Summer"]]]) {
    await go(page, `/kind/event?${query}`);
    await page.waitForFunction((count) => document.querySelectorAll("main tbody th").length === count, want.length);
    assert.deepEqual(await titles(page), want, query);
    assert.equal(await page.locator(".hm-chip").count(), 1, query);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("every kind offers its filters, and the server takes each", async () => {
  const { kinds, lists } = await hamdil.ask("GET", "/kinds");
  const sample = { number: "1", integer: "1", date: "2026-01-01", timestamp: "2026-01-01", boolean: "true" };
  const valueOf = (field) => sample[field.type] ?? field.choices[0]?.value ?? (field.refers_to ? "0123456789abcdef" : field.list ? lists[field.list][0].value : "x");
  let asked = 0;
  for (const kind of kinds) {
    const query = new URLSearchParams({ limit: "1" });
    for (const field of kind.fields.filter((one) => one.personal === "none" && !["data", "digest"].includes(one.type))) {
      const range = ["number", "integer", "date", "timestamp"].includes(field.type);
      query.set(`f.${field.name}${range ? ".min" : ["text", "long_text", "translated"].includes(field.type) && !field.list ? ".contains" : ""}`, valueOf(field));
      if (range) query.set(`f.${field.name}.max`, sample[field.type]);
      asked++;
    }
    await hamdil.ask("GET", `/records/${kind.name}?${query}`);
  }
  assert.ok(asked > 800, `${asked}`);
  for (const wrong of ["f.held_on.min=yesterday", "f.hours.max=many", "f.good_contact=perhaps", "f.held_on.near=2026-01-01", "f.colour=red", "f.state=held_up", "f.type=party", "f.place=DEMO%20place", "f.currency=XXQ"])
    await assert.rejects(hamdil.ask("GET", `/records/event?${wrong}`), (error) => /400/.test(error.message) && error.message.includes(wrong.split("=")[0]), wrong);
});

test("on a phone in Dari the filters fill the screen, and nothing stands out", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/event?f.place=${place}&f.hours.min=1&f.hours.max=4`);
  await page.locator(".hm-chip").nth(1).waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  await opened(page);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a day that is asked for of a moment is the day of the reader, as the list shows it", async () => {
  const [source, code, coder] = [await made("source", "DEMO talk", {}), await made("code", "DEMO trust", {}), owner];
  const passage = (title, coded_at) => made("coding", title, { source, code, from_byte: 0, to_byte: 4, coder, coded_at });
  // In Kabul, four and a half hours ahead: the evening of the 4th, the first minute of the 5th, its last, the first of the 6th.
  for (const [title, moment] of [["Evening", "2026-03-04T19:29:59Z"], ["First", "2026-03-04T19:30:00Z"], ["Last", "2026-03-05T19:29:59Z"], ["Morrow", "2026-03-05T19:30:00Z"]]) await passage(`DEMO ${title}`, moment);
  const page = await person(browser, hamdil, { timezone: "Asia/Kabul" });
  for (const [query, want] of [["f.coded_at.min=2026-03-05&f.coded_at.max=2026-03-05", ["First", "Last"]], ["f.coded_at.max=2026-03-04", ["Evening"]], ["f.coded_at.min=2026-03-06", ["Morrow"]]]) {
    await go(page, `/kind/coding?${query}`);
    await page.waitForFunction((count) => document.querySelectorAll("main tbody th").length === count, want.length);
    assert.deepEqual(await titles(page), want, query);
  }
  // What every record has goes the same way.
  for (const name of ["created_at", "changed_at"]) {
    const [asked] = await Promise.all([page.waitForRequest((request) => request.url().includes(`f.${name}.min`)), go(page, `/kind/coding?f.${name}.min=2026-03-05&f.${name}.max=2026-03-05`)]);
    const { searchParams } = new URL(asked.url());
    assert.deepEqual([searchParams.get(`f.${name}.min`), searchParams.get(`f.${name}.max`)], ["2026-03-04T19:30:00Z", "2026-03-05T19:29:59Z"]);
  }
  await page.context().close();
});
