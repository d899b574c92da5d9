// What stopped somebody new, in Dari on a telephone: refusals that are not found, steps that wait for something elsewhere, codes, the search, a server that is away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answersAgain, go, Hamdil, launch, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });

const make = (kind, title, fields = {}) => hamdil.ask("POST", `/records/${kind}`, { title, fields }, { "Idempotency-Key": crypto.randomUUID() });
const focused = (page) => page.evaluate(() => document.activeElement?.closest("[data-field]")?.dataset.field ?? "");
async function until(what, why) {
  for (let i = 0; i < 100; i++) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(why);
}

test("a refused form leads to its wrong fields one after the other, and says what they take", async () => {
  for (const [language, says] of [["en", /from 2000 to 2200, not “1999”/], ["fa-AF", /از ۲۰۰۰ تا ۲۲۰۰ می‌گیرد، نه «۱۹۹۹»/]]) {
    const page = await person(browser, hamdil, { language, width: 390 });
    await go(page, "/kind/budget_line/new");
    await page.locator("[name=title]").fill("Two mistakes");
    await page.locator("input[name=quantity]").fill("many");
    await page.locator("input[name=year]").fill("1999");
    await page.locator("button[type=submit]").click();
    await page.locator(".hm-wrong").waitFor();
    const wrong = await page.locator(".v-input--error [name]").evaluateAll((all) => all.map((one) => one.name));
    assert.ok(wrong.length >= 2);
    await until(async () => (await focused(page)) === wrong[0], "the first wrong field has the focus");
    assert.match(await page.locator(".v-input--error").filter({ has: page.locator("input[name=year]") }).innerText(), says);
    assert.match(await page.locator(".hm-wrong").innerText(), new RegExp(wrong.length.toLocaleString(language === "en" ? "en" : "fa")));
    await page.locator(".hm-wrong").click();
    await until(async () => (await focused(page)) === wrong[1], "the next one");
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  }
});

test("what is not saved does not look saved", async () => {
  const record = await make("budget_line", "Not saved");
  const page = await person(browser, hamdil, { width: 390 });
  await go(page, `/kind/budget_line/${record.id}`);
  await page.locator("input[name=year]").fill("1999");
  await page.locator("input[name=year]").blur();
  const state = page.locator(".hm-saved.hm-unsaved");
  await state.filter({ hasText: "Not saved" }).waitFor();
  assert.equal(await state.evaluate((element) => getComputedStyle(element).color), "rgb(122, 75, 0)");
  assert.equal(await state.locator("svg").count(), 1);
  await page.context().close();
});

test("a step that waits says where: the field here, or the record that is missing, already linked", async () => {
  const record = await make("monitoring_indicator", "Waits", { unit: "percent" });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  await go(page, `/kind/monitoring_indicator/${record.id}`);
  const needs = page.locator(".hm-needs").first();
  await needs.getByRole("button", { name: /مقدار پایه/ }).first().click();
  await until(async () => (await focused(page)) === "baseline", "the field has the focus");
  assert.doesNotMatch(await needs.innerText(), /[a-z]{3,}/i, "fields are named by their labels");
  await needs.locator("a[href*='/kind/indicator_target/new']").first().click();
  await page.waitForURL(`**/kind/indicator_target/new?indicator=${record.id}`);
  await page.locator(".v-autocomplete", { hasText: "Waits" }).first().waitFor();
  await page.context().close();
});

test("a currency is found by its name and kept by its code", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/funding_source/new");
  await page.locator("[name=title]").fill("In somoni");
  await page.locator("[data-field=currency] input[type=text]").fill("somoni");
  await page.locator(".v-overlay--active .v-list-item", { hasText: "TJS" }).click();
  await page.locator("button[type=submit]").click();
  await page.getByRole("tab").first().waitFor();
  assert.equal((await hamdil.ask("GET", "/records/funding_source?words=somoni")).records[0].fields.currency, "TJS");
  await assert.rejects(make("funding_source", "Wrong", { currency: "dollars" }), /not_in_list/);
  await page.context().close();
});

test("one's own step is not told as somebody else's", async () => {
  const record = await make("milestone", "My own step", { ends: "2030-12-20" });
  const page = await person(browser, hamdil);
  await go(page, `/kind/milestone/${record.id}`);
  const said = [];
  await page.exposeFunction("heard", (text) => said.push(text));
  await page.evaluate(() => new MutationObserver(() => globalThis.heard(document.querySelector(".hm-saved")?.textContent ?? "")).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true }));
  const step = (await hamdil.ask("GET", `/records/milestone/${record.id}`)).transitions.find((one) => !one.missing.length && !one.refused_by.length);
  await page.locator("main").getByRole("button", { name: step.label, exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: step.label, exact: true }).click(); // nothing leads back to "planned"
  await until(async () => (await hamdil.ask("GET", `/records/milestone/${record.id}`)).state !== record.state, "the step is taken");
  await page.waitForTimeout(800);
  assert.ok(!said.some((text) => /has changed this/.test(text)), said.join(" | "));
  // What another window does is told.
  await hamdil.ask("PATCH", `/records/milestone/${record.id}`, { title: "Changed elsewhere" }, { "If-Match": "*" });
  await page.locator(".hm-saved", { hasText: "has changed this" }).waitFor();
  await page.context().close();
});

test("the search opens from everywhere and finds lists by their names", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  await go(page, "/plan/gantt");
  await page.locator(".v-select input").first().focus(); // a list to choose from is no place to write
  await page.keyboard.press("/");
  const box = page.getByRole("dialog").locator("input");
  await box.waitFor();
  for (const [words, list] of [["ذینفعان", "ذی‌نفعان"], ["ترینینگ", "جلسه‌های آموزشی"], ["شاخصها", "شاخص‌های نظارت"], ["درخواست همکار", "درخواست‌های همکاران"]]) {
    await box.fill(words);
    await page.getByRole("dialog").locator("li", { hasText: list }).first().waitFor();
  }
  for (const words of ["سطر بودجه", "اقلام بودجه", "budget line"]) {
    await box.fill(words);
    await page.getByRole("dialog").locator("li", { hasText: "اقلام بودجه" }).getByRole("button").nth(1).waitFor();
  }
  await page.getByRole("dialog").locator("li", { hasText: "اقلام بودجه" }).getByRole("button").nth(1).click();
  await page.waitForURL("**/kind/budget_line/new");
  // Records whose titles hold the words stand before lists with a part of them in their names; what is called so stands first.
  const spring = await make("visit", "DEMO بودجهٔ بهار", {});
  const open = async (words, first) => {
    await page.keyboard.press("Control+k");
    await box.fill(words);
    await page.getByRole("dialog").locator("li").first().filter({ hasText: first }).waitFor();
  };
  await open("بودجه", "DEMO بودجهٔ بهار");
  await page.getByRole("dialog").locator("li", { hasText: "اقلام بودجه" }).first().waitFor();
  for (const words of ["بازدید بهار", "بهار بازدیدها", "visit بهار"]) {
    await box.fill("");
    await open(words, "DEMO بودجهٔ بهار");
  }
  await open("اقلام بودجه", "اقلام بودجه");
  await box.fill("بازدید بهار");
  await page.getByRole("dialog").locator("li").first().filter({ hasText: "DEMO بودجهٔ بهار" }).getByRole("button").click();
  await page.waitForURL(`**/kind/visit/${spring.id}`);
  await page.locator("[name=title]").waitFor();
  // A Persian keyboard has another letter on the key K.
  await page.locator("[name=title]").focus();
  await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ن", code: "KeyK", ctrlKey: true, bubbles: true, cancelable: true })));
  await page.getByRole("dialog").locator("input").waitFor();
  await page.keyboard.press("Escape");
  // On the page of an area, records and lists of other areas are found, too.
  await go(page, "/page/settings");
  await page.locator("main input[type=search]").fill("bazaar");
  await page.locator("#hits").waitFor();
  await page.locator("main input[type=search]").fill("budget line");
  await page.locator("#elsewhere").waitFor();
  await page.context().close();
});

test("while the server is away lists stay readable; what was typed is sent when it is back", async () => {
  const record = await make("visit", "Away");
  const page = await person(browser, hamdil, { width: 390 });
  await go(page, "/kind/visit");
  await page.locator("tbody tr").first().waitFor();
  await go(page, `/kind/visit/${record.id}`);
  await page.locator("[name=title]").waitFor();
  let tried = 0;
  await page.route("**/api/v1/**", (route) => { ++tried; return route.abort("connectionrefused"); });
  await page.locator("[name=title]").fill("Typed while away");
  await page.locator("[name=title]").blur();
  await page.locator(".hm-away-line", { hasText: /No connection since \d\d:\d\d/ }).waitFor();
  await go(page, "/kind/visit");
  await page.locator("tbody tr").first().waitFor();
  await go(page, `/kind/visit/${record.id}`);
  await page.waitForFunction(() => document.querySelector("[name=title]")?.value === "Typed while away");
  // A new one is kept as well, and sent once.
  await go(page, "/kind/place/new");
  await page.locator("[name=title]").fill("Made while away");
  await page.locator("button[type=submit]").click();
  await page.getByRole("alert").filter({ hasText: "kept here" }).waitFor();
  assert.deepEqual(await violations(page), []);
  await go(page, "/kind/visit");
  await answersAgain(page);
  await until(async () => (await hamdil.ask("GET", `/records/visit/${record.id}`)).title === "Typed while away", "the change is sent");
  await until(async () => (await hamdil.ask("GET", "/records/place?words=made+away")).total === 1, "the new one is sent");
  await page.locator(".hm-away-line", { hasText: /sent: 2/ }).waitFor();
  assert.ok(tried > 0);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("hamdil.draft")).length), 0);
  await page.context().close();
});

const draft = (page, kind, id, what) => page.evaluate(([place, text]) => localStorage.setItem(place, text), [`hamdil.draft.${kind}.${id}`, JSON.stringify(what)]);

test("what was typed while away does not overwrite what somebody else wrote in the same field: a person decides, however often the page is opened", async () => {
  const record = await make("milestone", "As it was", { ends: "2030-12-20" });
  await hamdil.ask("PATCH", `/records/milestone/${record.id}`, { title: "Theirs" }, { "If-Match": "*" });
  const page = await person(browser, hamdil);
  await go(page, "/");
  await draft(page, "milestone", record.id, { title: "Mine", base: { title: "As it was" } });
  for (let opened = 0; opened < 2; ++opened) {
    await go(page, "/");
    await go(page, `/kind/milestone/${record.id}`);
    await page.locator("main", { hasText: "Theirs" }).getByRole("button", { name: /mine/i }).first().waitFor();
    await page.waitForTimeout(1500);
    assert.equal((await hamdil.ask("GET", `/records/milestone/${record.id}`)).title, "Theirs");
  }
  await page.getByRole("button", { name: /mine/i }).first().click();
  await until(async () => (await hamdil.ask("GET", `/records/milestone/${record.id}`)).title === "Mine", "decided, it is saved");
  await page.context().close();
});

test("a draft that is refused does not hold up the others", async () => {
  const good = await make("milestone", "Good", { ends: "2030-12-20" });
  const page = await person(browser, hamdil);
  await go(page, "/");
  for (const name of ["0000000000000000", "zzzzzzzzzzzzzzzz"]) await draft(page, "milestone", name, { title: "x", base: { title: "y" } }); // of records that are gone
  await draft(page, "milestone", good.id, { title: "Good and sent", base: { title: "Good" } });
  await page.route("**/api/v1/**", (route) => route.abort("connectionrefused"));
  await go(page, "/kind/place");
  await page.locator(".hm-away-line").waitFor();
  await answersAgain(page);
  await until(async () => (await hamdil.ask("GET", `/records/milestone/${good.id}`)).title === "Good and sent", "the good one is sent");
  await page.evaluate(() => localStorage.clear());
  await page.context().close();
});

test("an answer that is lost on its way makes no second record, and what was typed since is in the first", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/place/new");
  await page.locator("[name=title]").fill("Once only");
  await page.route("**/api/v1/records/place", async (route) => { await route.fetch(); await route.abort("connectionreset"); });
  await page.locator("button[type=submit]").click();
  await page.getByRole("alert").filter({ hasText: "kept here" }).waitFor();
  await page.locator("[name=title]").fill("Once only, and more");
  await answersAgain(page);
  await page.locator("button[type=submit]").click();
  await until(async () => (await hamdil.ask("GET", "/records/place?words=once+only")).records.map((one) => one.title).join("|") === "Once only, and more", "one record with all that was typed");
  await page.context().close();
});

test("a form that is not saved is begun anew, once somebody has said so twice; what a link brought along stays", async () => {
  const { id } = await hamdil.ask("POST", "/records/organisation", { title: "DEMO brought along", fields: {} });
  for (const [language, width, anew] of [["en", 1280, "Start anew"], ["fa-AF", 360, "از نو آغاز کردن"]]) {
    const page = await person(browser, hamdil, { language, width });
    await go(page, `/kind/person/new?organisation=${id}`);
    const form = page.locator("main form");
    const button = form.getByRole("button", { name: anew });
    const title = page.locator("[name=title]");
    await form.getByText("DEMO brought along").waitFor();
    assert.equal(await button.count(), 0, "nothing was typed");
    await title.fill("DEMO dropped");
    await button.click();
    const dialog = page.getByRole("alertdialog");
    await dialog.waitFor();
    await settled(page);
    assert.deepEqual(await violations(page), []);
    await until(() => page.evaluate(() => document.activeElement?.tagName === "BUTTON"), "a button has the focus");
    await page.keyboard.press("Enter"); // the focus stands on what changes nothing
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await title.inputValue(), "DEMO dropped");
    await button.click();
    await dialog.getByRole("button", { name: anew }).click();
    await until(async () => (await title.inputValue()) === "", "empty again");
    await until(async () => (await page.evaluate(() => document.activeElement?.name)) === "title", "the title has the focus");
    await form.getByText("DEMO brought along").waitFor();
    assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("hamdil.draft")).length), 0);
    await go(page, "/");
    assert.equal(await page.getByText("DEMO dropped").count(), 0);
    await page.context().close();
  }
});

test("data inside a record stand as pairs on a telephone, as a table where there is room", async () => {
  const rows = [{ minutes: 5, text: "What is a good day here, from the morning to the evening?" }, { minutes: 10, text: "Where do people meet?", exercise: "A map on the ground" }];
  const { id } = await hamdil.ask("POST", "/records/guide", { title: "DEMO guide of rows", fields: { questions: rows } });
  for (const [width, shown] of [[1280, "table-cell"], [360, "flex"]]) {
    const page = await person(browser, hamdil, { language: "fa-AF", width });
    await go(page, `/kind/guide/${id}`);
    const cell = page.locator('[data-field="questions"] td').first();
    await cell.waitFor();
    assert.equal(await cell.evaluate((one) => getComputedStyle(one).display), shown);
    assert.ok((await cell.getAttribute("data-label")).length > 0);
    const box = page.locator('[data-field="questions"] .hm-rows');
    assert.equal(await box.evaluate((one) => one.scrollWidth - one.clientWidth), 0, "nothing is cut");
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  }
});

test("going back to a version shows what it changes, keeps what the state stands on, and can be undone", async () => {
  const [garden, office] = await Promise.all(["DEMO Garden", "DEMO Office"].map((title) => make("organisation", title, {})));
  const person_ = await make("person", "DEMO Nobody Real", { organisation: garden.id, role: "cook" });
  const { version } = await hamdil.ask("GET", `/records/person/${person_.id}`);
  await hamdil.ask("PATCH", `/records/person/${person_.id}`, { fields: { organisation: office.id, role: "driver" } }, { "If-Match": `"${version}"` });
  // Changes of one person within five minutes are one line: the bin lies between them.
  await hamdil.ask("DELETE", `/records/person/${person_.id}`, undefined, { "If-Match": "*" });
  await hamdil.ask("POST", `/records/person/${person_.id}/restore`, {});
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/person/${person_.id}`);
  await page.getByRole("tab", { name: "تاریخچه" }).click();
  await page.locator("main .hm-changes", { hasText: "DEMO Garden" }).first().waitFor(); // no longer named by the record, named here
  await page.getByRole("button", { name: "آوردن نسخهٔ ۱" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByText("driver").waitFor();
  await dialog.getByText("DEMO Garden").waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal((await hamdil.ask("GET", `/records/person/${person_.id}`)).fields.role, "driver", "nothing before somebody says so");
  await dialog.getByRole("button", { name: "آوردن این نسخه", exact: true }).click();
  await until(async () => (await hamdil.ask("GET", `/records/person/${person_.id}`)).fields.role === "cook", "gone back");
  await page.locator(".hm-notice").getByRole("button").first().click();
  await until(async () => (await hamdil.ask("GET", `/records/person/${person_.id}`)).fields.role === "driver", "undone");
  await page.getByRole("tab", { name: "تاریخچه" }).click();
  await page.locator("main").getByText("به نسخهٔ ۱ بازگشت").waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /go back/);
  await page.context().close();
});

test("names of people are on no printed list and in no copied table", async () => {
  const who = await make("stakeholder", "DEMO Nobody Printed", {});
  const page = await person(browser, hamdil);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await go(page, "/kind/stakeholder?words=printed");
  const name = page.locator("tbody .hm-person", { hasText: "DEMO Nobody Printed" });
  await name.waitFor();
  await page.locator(".hm-filters button[aria-haspopup=menu]").last().click();
  await page.getByText("Copy the table").click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(copied.includes(`#${who.id.slice(0, 6)}`) && !copied.includes("Nobody Printed"), copied);
  await page.emulateMedia({ media: "print" });
  assert.equal(await name.evaluate((one) => getComputedStyle(one).fontSize), "0px");
  assert.match(await name.evaluate((one) => getComputedStyle(one, "::after").content), new RegExp(who.id.slice(0, 6)));
  await page.context().close();
});

test("a Dari title with a Latin word in front runs from the right; a comma in a number is its decimal point", async () => {
  const { id } = await make("monitoring_indicator", "DEMO سهم خانواده‌هایی که آب دارند", {});
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/monitoring_indicator/${id}`);
  await page.locator("main h1", { hasText: "DEMO" }).waitFor();
  assert.equal(await page.locator("main h1").getAttribute("dir"), "rtl");
  assert.equal(await page.locator("[name=title]").evaluate((one) => getComputedStyle(one).direction), "rtl");
  const baseline = page.locator("input[name=baseline]");
  await baseline.fill("۲۵,۵");
  await baseline.blur();
  const kept = async () => (await hamdil.ask("GET", `/records/monitoring_indicator/${id}`)).fields.baseline;
  await until(async () => (await kept()) === 25.5, "25.5");
  for (const [typed, meant] of [["1,800", 1800], ["0,125", 0.125], ["−5,5", -5.5], ["12,345,678", 12345678]]) {
    await baseline.fill(typed);
    await baseline.blur();
    await until(async () => (await kept()) === meant, `${typed} is ${meant}`);
  }
  await page.context().close();
});

test("the first opening speaks as the browser does", async () => {
  const context = await browser.newContext({ locale: "fa-AF" });
  const page = await context.newPage();
  await page.goto(hamdil.url);
  await page.waitForFunction(() => document.documentElement.lang === "fa-AF" && document.documentElement.dir === "rtl");
  await context.close();
});
