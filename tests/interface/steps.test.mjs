// Steps of a workflow: those that end something ask first, the others can be undone; what happened is said. What a step waits for is said once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });
const make = (kind, title, fields = {}) => hamdil.ask("POST", `/records/${kind}`, { title, fields }, { "Idempotency-Key": crypto.randomUUID() });
const stateOf = async (kind, id) => (await hamdil.ask("GET", `/records/${kind}/${id}`)).state;
async function until(what, why) {
  for (let i = 0; i < 80; i++) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(why);
}

test("a step that nothing leads back from asks first, with the record and what follows; leaving it changes nothing", async () => {
  const record = await make("milestone", "Asked first", { ends: "2030-12-20" });
  for (const [language, width, words] of [["en", 1280, /“Asked first” goes from “Planned” to “Cancelled”\.[^]*No step leads back/], ["fa-AF", 390, /Asked first[^]*هیچ گامی/]]) {
    const page = await person(browser, hamdil, { language, width });
    await go(page, `/kind/milestone/${record.id}`);
    const label = (await hamdil.ask("GET", `/records/milestone/${record.id}`, undefined, { "Accept-Language": language })).transitions.find((one) => one.name === "cancel").label;
    await page.locator("main").getByRole("button", { name: label, exact: true }).click();
    const dialog = page.getByRole("alertdialog");
    assert.match((await dialog.innerText()).replace(/[\u2066-\u2069]/g, ""), words);
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.ok((await overflow(page)) <= 0);
    await dialog.getByRole("button").last().click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await stateOf("milestone", record.id), "planned");
    if (language === "fa-AF") {
      await page.locator("main").getByRole("button", { name: label, exact: true }).click();
      await dialog.getByRole("button", { name: label, exact: true }).click();
      await until(async () => (await stateOf("milestone", record.id)) === "cancelled", "taken");
    }
    await page.context().close();
  }
});

test("a step with a way back is taken at once and can be undone; what happened is said politely", async () => {
  const page = await person(browser, hamdil, { width: 390 });
  await go(page, "/kind/organisation/new");
  await page.locator("[name=title]").fill("Made and said");
  await page.locator("button[type=submit]").click();
  const notice = page.locator(".hm-notice");
  await notice.getByText("Created: Made and said").waitFor();
  await page.getByRole("tab").first().waitFor();
  const id = new URL(page.url()).pathname.split("/").pop();
  assert.equal(await page.locator("[role=status]", { hasText: "Created: Made and said" }).count(), 1);
  await page.locator("main").getByRole("button", { name: "Confirm", exact: true }).click();
  await notice.getByText("Made and said: now “Confirmed”").waitFor();
  assert.equal(await stateOf("organisation", id), "confirmed");
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await notice.getByRole("button", { name: "Undo" }).click();
  await until(async () => (await stateOf("organisation", id)) === "draft", "undone");
  // Into the bin, and out of it again.
  await page.getByRole("button", { name: "Move to the bin" }).click();
  await page.waitForURL("**/kind/organisation");
  await notice.getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(`**/kind/organisation/${id}`);
  assert.equal((await hamdil.ask("GET", `/records/organisation/${id}`)).deleted, false);
  await page.context().close();
});

test("every reason why steps wait is said once, grouped, and fields say which step needs them; the star is for what a draft needs", async () => {
  const record = await make("recommendation", "Waits for much");
  for (const [language, width] of [["en", 1280], ["fa-AF", 390]]) {
    const page = await person(browser, hamdil, { language, width });
    const kind = (await hamdil.ask("GET", "/kinds", undefined, { "Accept-Language": language })).kinds.find((one) => one.name === "recommendation");
    const label = (name) => kind.fields.find((one) => one.name === name).label;
    const propose = kind.transitions.find((one) => one.name === "propose").label;
    await go(page, `/kind/recommendation/${record.id}`);
    const needs = page.locator(".hm-needs");
    await needs.waitFor();
    const said = await needs.innerText();
    for (const name of ["statement", "addressee", "priority"]) assert.equal(said.split(label(name)).length - 1, 1, `${label(name)} once in ${said}`);
    assert.doesNotMatch(said, /کم است/);
    const button = page.locator("main .hm-steps button", { hasText: propose });
    assert.equal(await button.getAttribute("aria-describedby"), "needs");
    assert.equal(await page.locator("[data-field] .v-input--error").count(), 0);
    // Pressed all the same, it marks what it waits for and leads to the first of it; the red stays in sight under the focus.
    await button.click();
    const marked = page.locator("[data-field] .v-input--error");
    await marked.first().waitFor();
    const names = await marked.evaluateAll((all) => all.map((one) => one.closest("[data-field]").dataset.field));
    assert.deepEqual(names.sort(), (await hamdil.ask("GET", `/records/recommendation/${record.id}`)).transitions.find((one) => one.name === "propose").missing.sort());
    await page.waitForFunction(() => document.activeElement?.closest(".v-input--error"));
    const [red, green, blue] = await page.evaluate(() => getComputedStyle(document.activeElement.closest(".v-field").querySelector(".v-field__outline")).color.match(/\d+/g).map(Number));
    assert.ok(red > 150 && green < 40 && blue < 60, `${red} ${green} ${blue}`);
    if (process.env.HAMDIL_PICTURES) await page.screenshot({ path: `${process.env.HAMDIL_PICTURES}/refused-${language}.png` });
    assert.equal(await stateOf("recommendation", record.id), "draft");
    await page.locator("[data-field=addressee]", { hasText: propose }).waitFor();
    assert.doesNotMatch(await page.locator("[data-field=addressee]").innerText(), /\*/);
    assert.match(await page.locator("[data-field=title]").innerText(), /\*/);
    // Every box of a translated field says whose it is and in which language; the reader's own stands first.
    const boxes = await page.locator("[data-field=statement] textarea[name]").evaluateAll((all) => all.map((one) => [one.lang, one.labels[0]?.textContent ?? one.getAttribute("aria-label")]));
    assert.equal(boxes[0][0], language);
    for (const [, text] of boxes) assert.ok(text.includes(label("statement")), text);
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.ok((await overflow(page)) <= 0);
    await page.context().close();
  }
  // A kind without steps needs its fields at once.
  const page = await person(browser, hamdil);
  await go(page, "/kind/exchange_rate/new");
  const needed = (await hamdil.ask("GET", "/kinds")).kinds.find((one) => one.name === "exchange_rate");
  const star = needed.fields.find((one) => one.required);
  assert.equal(/\*/.test(await page.locator(`[data-field=${star.name}]`).innerText()), needed.states.length === 1);
  await page.context().close();
});

test("a chip shows its first and last letter, whichever way it runs", async () => {
  const programme = await make("barrier", "Nobody settles quarrels about water in any of the villages along the river this year");
  const record = await make("activity", "With a long chip", { barriers: [programme.id] });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/activity/${record.id}`);
  const chip = page.locator("[data-field=barriers] .v-chip__content").first();
  await chip.filter({ hasText: "Nobody" }).waitFor();
  const cut = await chip.evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect(), field = element.closest(".v-field").getBoundingClientRect();
    return Math.max(field.left - text.left, text.right - field.right, 0);
  });
  assert.equal(cut, 0);
  await page.context().close();
});

test("what the next step waits for stands on the form before anything is saved, and shrinks while one writes", async () => {
  for (const [language, width] of [["en", 1280], ["fa-AF", 360]]) {
    const page = await person(browser, hamdil, { language, width });
    const { total } = await hamdil.ask("GET", "/records/visit?limit=1");
    await go(page, "/kind/visit/new");
    const needs = page.locator(".hm-needs");
    await needs.waitFor();
    const before = await needs.getByRole("button").allInnerTexts();
    const { label } = (await hamdil.ask("GET", "/kinds", undefined, { "Accept-Language": language })).kinds.find((one) => one.name === "visit").fields.find((one) => one.name === "ends");
    await needs.getByRole("button", { name: label, exact: true }).click();
    assert.equal(await page.evaluate(() => document.activeElement.closest("[data-field]").dataset.field), "ends");
    await page.keyboard.type(language === "en" ? "2026-12-01" : "1405/09/10");
    await page.keyboard.press("Tab");
    await page.waitForFunction((count) => document.querySelectorAll(".hm-needs button").length < count, before.length);
    assert.deepEqual(await needs.getByRole("button").allInnerTexts(), before.filter((one) => one !== label));
    // Records of another kind are named; what could only link to this one waits until it is there.
    await go(page, "/kind/document/new");
    await needs.filter({ hasText: language === "en" ? "Two reviewers must decide" : "دو بازبین" }).waitFor();
    assert.equal(await needs.getByRole("link").count(), 0);
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.ok((await overflow(page)) <= 0);
    assert.equal((await hamdil.ask("GET", "/records/visit?limit=1")).total, total, "nothing was written");
    await page.context().close();
  }
});

test("each message has its whole time, and runs as the reader's language does", async () => {
  const record = await make("request", "DEMO latin first", { received_on: "2026-01-10", text: "DEMO?", urgency: "low", answer: "DEMO.", answered_on: "2026-01-11", responsible: (await make("person", "DEMO Nobody Real")).id });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  await go(page, `/kind/request/${record.id}`);
  const notice = page.locator(".hm-notice");
  const step = async (to) => {
    const { label } = (await hamdil.ask("GET", `/records/request/${record.id}`, undefined, { "Accept-Language": "fa-AF" })).transitions[0];
    await page.locator("main").getByRole("button", { name: label, exact: true }).first().click();
    const dialog = page.getByRole("alertdialog");
    if (await dialog.waitFor({ timeout: 700 }).then(() => true, () => false)) await dialog.getByRole("button", { name: label, exact: true }).click();
    await until(async () => (await stateOf("request", record.id)) === to, to);
  };
  await step("assigned");
  await notice.waitFor();
  await page.waitForTimeout(3500);
  await step("answered");
  await page.waitForTimeout(2500); // the first message would have gone by now
  assert.equal(await notice.count(), 1);
  assert.equal(await notice.locator("span", { hasText: "DEMO latin first" }).last().evaluate((one) => getComputedStyle(one).direction), "rtl");
  await page.context().close();
});

test("what a rule only warns of is named before the step, with its field; confirming goes on", async () => {
  const record = await make("visit", "DEMO early", { place: (await make("place", "DEMO place")).id, starts: "2035-04-01", ends: "2035-04-02" });
  const line = await make("budget_line", "DEMO line", { budget_version: (await make("budget_version", "DEMO budget")).id, category: "travel", quantity: 2, unit_cost: 100, currency: "USD", year: 2040 });
  const view = await hamdil.ask("GET", `/records/budget_line/${line.id}`, undefined, { "Accept-Language": "fa-AF" });
  const step = view.transitions.find((one) => one.name === "confirm");
  assert.ok(step.warnings.length > 0 && step.missing.length === 0 && step.refused_by.length === 0, JSON.stringify(view));
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/budget_line/${line.id}`);
  await page.locator("main .hm-steps button", { hasText: step.label }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.waitFor();
  const kind = (await hamdil.ask("GET", "/kinds", undefined, { "Accept-Language": "fa-AF" })).kinds.find((one) => one.name === "budget_line");
  const warning = step.warnings.find((one) => one.pointer);
  const label = kind.fields.find((one) => warning.pointer === `/fields/${one.name}`).label;
  assert.ok((await dialog.innerText()).includes(`${label}:`), await dialog.innerText());
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.ok((await overflow(page)) <= 0);
  if (process.env.HAMDIL_PICTURES) await page.screenshot({ path: `${process.env.HAMDIL_PICTURES}/step-warned.png` });
  await dialog.getByRole("button", { name: step.label, exact: true }).click();
  await until(async () => (await stateOf("budget_line", line.id)) === "confirmed", "confirming goes on");
  // A visit that is begun before its first day says so.
  const early = (await hamdil.ask("GET", `/records/visit/${record.id}`)).transitions.find((one) => one.name === "start").warnings;
  assert.ok(early.some((one) => one.id === "visit.begins_on_its_day" && one.pointer === "/fields/starts"), JSON.stringify(early));
  await page.context().close();
});
