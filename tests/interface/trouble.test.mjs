// What goes wrong in the field: two people on one record, a server that dies while somebody types, an API that fails, no mouse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answersAgain, go, Hamdil, launch, person } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });

const saved = (page) => page.locator(".hm-saved").filter({ hasText: /\d\d:\d\d/ }).waitFor();
const make = (title) => hamdil.ask("POST", "/records/visit", { title, fields: {} }, { "Idempotency-Key": crypto.randomUUID() });
const read = (id) => hamdil.ask("GET", `/records/visit/${id}`);
async function opened(record, options) {
  const page = await person(browser, hamdil, options);
  await go(page, `/kind/visit/${record.id}`);
  return page;
}
async function until(what, why) {
  for (let i = 0; i < 80; i++) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(why);
}

test("two people: other fields come together, the same field asks", async () => {
  const record = await make("Two people");
  const [one, two] = await Promise.all([opened(record), opened(record)]);
  for (const page of [one, two]) await page.locator("[name=note]").or(page.getByRole("button", { name: /more fields/ })).first().waitFor();
  for (const page of [one, two]) if (await page.getByRole("button", { name: /more fields/ }).count()) await page.getByRole("button", { name: /more fields/ }).click();
  // The second does not hear of the first: their answer comes when they save.
  await two.locator("textarea[name=note]").pressSequentially("Second");
  await one.locator("[name=title]").fill("Two people, changed by the first");
  await one.locator("[name=title]").blur();
  await saved(one);
  await two.locator("textarea[name=note]").blur();
  await until(async () => { const now = await read(record.id); return now.title.endsWith("the first") && now.fields.note === "Second"; }, "both changes are kept");
  await two.waitForFunction(() => document.querySelector("[name=title]").value.endsWith("the first"));

  // Now both write in the title: one is stopped at the network, so that both have typed before either hears.
  let hold = true;
  await two.route("**/api/v1/records/visit/**", async (route) => { while (hold && route.request().method() === "PATCH") await new Promise((done) => setTimeout(done, 50)); await route.continue(); });
  await two.locator("[name=title]").fill("Mine");
  await one.locator("[name=title]").fill("Theirs");
  await one.locator("[name=title]").blur();
  await until(async () => (await read(record.id)).title === "Theirs", "the first has saved");
  hold = false;
  const both = two.locator(".hm-conflict");
  await both.waitFor();
  assert.match(await both.innerText(), /Mine[^]*Theirs/); // both stand beside the field
  // Another field that comes in while a person has not decided yet takes nothing away from the question.
  await one.locator("textarea[name=note]").fill("Third");
  await one.locator("textarea[name=note]").blur();
  await two.waitForFunction(() => document.querySelector("textarea[name=note]").value === "Third");
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(await both.count(), 1, "the question stands until it is answered");
  assert.equal((await read(record.id)).title, "Theirs", "nothing was chosen for anybody");
  await two.getByRole("button", { name: "Keep mine" }).click();
  await until(async () => (await read(record.id)).title === "Mine", "what was chosen is saved");
  await one.waitForFunction(() => document.querySelector("[name=title]").value === "Mine");
  await Promise.all([one.context().close(), two.context().close()]);
});

test("the server is killed while somebody types: nothing typed is lost", async () => {
  const record = await make("Typing");
  const page = await opened(record);
  await page.locator("[name=title]").fill("Typing before");
  await page.locator("[name=title]").blur();
  await saved(page);
  await hamdil.kill();
  await page.locator("[name=title]").fill("Typed while the server was away");
  await page.locator("[name=title]").blur();
  await page.getByRole("alert").filter({ hasText: "kept here" }).waitFor();
  await hamdil.start();
  // A new start has a new key: the page says so and keeps the text; opened with the new address, it is saved by itself.
  await page.getByRole("alert").filter({ hasText: "session has ended" }).waitFor({ timeout: 15000 });
  assert.equal(await page.locator("[name=title]").inputValue(), "Typed while the server was away");
  await page.goto("about:blank");
  await page.goto(hamdil.url);
  await until(async () => (await read(record.id)).title === "Typed while the server was away", "what was typed is saved");
  await page.context().close();
});

test("an API that fails is named, and the text stays", async () => {
  const page = await person(browser, hamdil);
  await page.route("**/api/v1/records/**", (route) => route.fulfill({ status: 500, contentType: "application/json", body: JSON.stringify({ error: { code: "http.internal", message: "Something went wrong (incident 42)." } }) }));
  await go(page, "/kind/visit");
  await page.getByRole("alert").filter({ hasText: "incident 42" }).waitFor();
  await answersAgain(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("tbody tr").first().waitFor();

  await go(page, "/kind/visit/new");
  await page.context().setOffline(true);
  await page.locator("[name=title]").fill("Made without a network");
  await page.locator("button[type=submit]").click();
  await page.getByRole("alert").filter({ hasText: "kept here" }).waitFor();
  assert.equal(await page.locator("[name=title]").inputValue(), "Made without a network");
  await page.context().setOffline(false);
  await page.locator("button[type=submit]").click();
  await page.getByRole("tab").first().waitFor();
  const hits = (await hamdil.ask("GET", "/records/visit?words=without+network")).records;
  assert.equal(hits.length, 1);
  await page.context().close();
});

test("problems stand beside their fields, all of them", async () => {
  const kind = (await hamdil.ask("GET", "/kinds")).kinds.find((one) => !one.made_by_program && one.fields.filter((field) => field.type === "integer" || field.type === "number").length >= 2);
  const [first, second] = kind.fields.filter((field) => field.type === "integer" || field.type === "number");
  const page = await person(browser, hamdil);
  await go(page, `/kind/${kind.name}/new`);
  await page.locator("[name=title]").fill("Two mistakes");
  for (const field of [first, second]) await page.locator(`input[name=${field.name}]`).fill("many");
  await page.locator("button[type=submit]").click();
  for (const field of [first, second]) await page.locator(".v-input--error").filter({ has: page.locator(`input[name=${field.name}]`) }).waitFor();
  await page.context().close();
});

test("without a mouse: a record is made, changed and found", async () => {
  const page = await person(browser, hamdil);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("name") ?? document.activeElement?.textContent?.trim() ?? "");
  const tabTo = async (wanted) => {
    for (let i = 0; i < 60; i++) {
      if ((await focused()) === wanted) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${wanted}`);
  };
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("g");
  await page.keyboard.press("3");
  await page.waitForURL("**/page/evidence");
  await tabTo("Visits");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/kind/visit");
  await page.locator("h1").waitFor();
  await page.keyboard.press("n");
  await page.waitForURL("**/kind/visit/new");
  await page.locator("[name=title]").waitFor();
  await tabTo("title");
  await page.keyboard.type("By keyboard alone");
  await page.keyboard.press("Enter");
  await page.getByRole("tab").first().waitFor();
  await page.locator("#content").focus();
  await tabTo("title");
  await page.keyboard.press("End");
  await page.keyboard.type(", again");
  await saved(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("keyboard alone again");
  await page.getByRole("dialog").locator("li").first().waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal(await page.locator("h1").textContent(), "By keyboard alone, again");
  await page.context().close();
});

test("a list with a column of another name: the place is proposed or chosen, then all rows come in", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/visit/import");
  const csv = "Title,Remarks of the team\nImported one,dry road\nImported two,wet road\n";
  await page.locator("input[type=file]").setInputFiles({ name: "visits.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  const row = page.locator("tr", { hasText: "Remarks of the team" }).first();
  const note = (await hamdil.ask("GET", "/kinds")).kinds.find((one) => one.name === "visit").fields.find((field) => field.name === "note");
  const place = row.locator("input[type=text]").first();
  if (await place.inputValue() === note.label) await row.getByRole("button", { name: "That is right" }).click();
  else {
    await place.fill(note.label);
    await page.locator(".v-overlay--active .v-list-item").filter({ hasText: note.label }).first().click();
  }
  await page.getByRole("status").filter({ hasText: "2 would be made" }).waitFor();
  assert.equal((await hamdil.ask("GET", "/records/visit?words=imported")).total, 0);
  await page.getByRole("button", { name: "Take them in" }).click();
  await page.getByRole("status").filter({ hasText: "2 made" }).waitFor();
  const found = (await hamdil.ask("GET", "/records/visit?words=imported&sort=title")).records;
  assert.deepEqual(found.map((one) => one.fields.note), ["dry road", "wet road"]);
  await page.context().close();
});

test("a comment that could not be sent stays in its box, over a reload too, and stands there once when the server answers again", async () => {
  const page = await person(browser, hamdil);
  const { id } = await hamdil.ask("POST", "/records/visit", { title: "DEMO commented visit", fields: {} });
  const box = () => page.locator("textarea[name=comment]");
  await go(page, `/kind/visit/${id}?tab=comments`);
  await box().fill("DEMO the bridge is closed");
  // The server takes it, and the answer is lost.
  let lost = 0;
  await page.route("**/api/v1/comments/*/*", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch();
    lost += 1;
    return route.abort();
  });
  await page.getByRole("button", { name: "Say it" }).click();
  await until(() => lost === 1, "the server took it, and the answer is lost");
  await page.getByRole("alert").first().waitFor();
  assert.equal(await box().inputValue(), "DEMO the bridge is closed");
  await page.reload();
  await box().waitFor();
  assert.equal(await box().inputValue(), "DEMO the bridge is closed", "after a reload");
  await answersAgain(page);
  await page.waitForFunction(() => document.querySelector("textarea[name=comment]").value === "");
  const { threads } = await hamdil.ask("GET", `/comments/visit/${id}`);
  assert.equal(threads.length, 1, "said twice, kept once");
  await page.context().close();
});

test("a comment and a thought that were asked for while the server was away are sent when it is back or the program is opened again", async () => {
  const page = await person(browser, hamdil, { width: 390 });
  const { id } = await hamdil.ask("POST", "/records/visit", { title: "DEMO commented while away", fields: {} });
  const threads = async () => (await hamdil.ask("GET", `/comments/visit/${id}`)).threads.map((one) => one.text);
  const box = () => page.locator("textarea[name=comment]");
  const away = () => page.route("**/api/v1/**", (route) => route.abort("connectionrefused"));
  await go(page, `/kind/visit/${id}?tab=comments`);
  await box().waitFor();
  await away();
  await box().fill("DEMO said from an open page");
  await page.getByRole("button", { name: "Say it" }).click();
  await page.locator(".hm-away-line").waitFor();
  await answersAgain(page);
  await until(async () => (await threads()).length === 1, "the open page sends it");
  await page.waitForFunction(() => document.querySelector("textarea[name=comment]").value === "");

  await away();
  await box().fill("DEMO said before the page was left");
  await page.getByRole("button", { name: "Say it" }).click();
  await page.locator(".hm-away-line").waitFor();
  await go(page, "/");
  await page.locator("main a", { hasText: "DEMO said before the page was left" }).waitFor();
  await page.getByRole("button", { name: "Write down" }).first().click();
  await page.getByRole("dialog").locator("input[name=thought]").fill("Visit: DEMO thought before the program was closed");
  await page.keyboard.press("Enter");
  await page.getByText("Waits in this browser").waitFor();
  await answersAgain(page);
  await page.reload(); // whoever opens the program again finds it sent
  await until(async () => (await threads()).length === 2, "the closed page's comment is sent");
  await until(async () => (await hamdil.ask("GET", "/records/visit?words=thought+closed")).total === 1, "and the thought");
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("hamdil.draft")).length), 0);
  assert.deepEqual((await threads()).sort(), ["DEMO said before the page was left", "DEMO said from an open page"]);
  // What was typed and not asked for stays with whoever typed it.
  await go(page, `/kind/visit/${id}?tab=comments`);
  await box().fill("DEMO not said yet");
  await page.reload();
  await box().waitFor();
  assert.equal(await box().inputValue(), "DEMO not said yet");
  assert.equal((await threads()).length, 2);
  await page.context().close();
});

test("what is typed while a comment is being sent stays; a draft of a record called comment breaks no page", async () => {
  const page = await person(browser, hamdil);
  const { id } = await hamdil.ask("POST", "/records/visit", { title: "DEMO typed on", fields: {} });
  await go(page, `/kind/visit/${id}?tab=comments`);
  const box = page.locator("textarea[name=comment]").last();
  await box.fill("DEMO first");
  let answer;
  const held = new Promise((done) => { answer = done; });
  await page.route("**/api/v1/comments/*/*", async (route) => { if (route.request().method() === "POST" && route.request().url().endsWith(id)) await held; await route.continue(); });
  await page.getByRole("button", { name: "Say it" }).click();
  await box.fill("DEMO first, and the second is being typed");
  answer();
  await until(async () => (await hamdil.ask("GET", `/comments/visit/${id}`)).threads.length === 1, "the first is said");
  await page.waitForTimeout(500);
  await page.reload();
  await box.waitFor();
  assert.match(await box.inputValue(), /second is being typed/);
  await box.fill("");
  await go(page, "/kind/comment/new");
  await page.locator("[name=title]").fill("DEMO a record of this kind");
  await go(page, "/");
  await page.locator("main a", { hasText: "DEMO a record of this kind" }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.evaluate(() => localStorage.clear());
  await page.context().close();
});

test("what is typed before the record is read at which a new one begins stays, and the rest is taken over", async () => {
  const place = (await hamdil.ask("GET", "/records/place?limit=1")).records[0].id;
  const visit = await hamdil.ask("POST", "/records/visit", { title: "DEMO begun here", fields: { place, starts: "2026-03-02", ends: "2026-03-04" } });
  const kind = (await hamdil.ask("GET", "/kinds")).kinds.find((one) => one.name === "focus_session");
  const field = kind.fields.find((one) => one.refers_to === "visit");
  const page = await person(browser, hamdil);
  let answer;
  const held = new Promise((done) => { answer = done; });
  await page.route(`**/api/v1/records/visit/${visit.id}`, async (route) => { await held; await route.continue(); });
  await go(page, `/kind/focus_session/new?${field.name}=${visit.id}`);
  await page.locator("[name=title]").fill("DEMO typed at once");
  answer();
  await page.locator(".hm-taken-over").waitFor();
  assert.equal(await page.locator("[name=title]").inputValue(), "DEMO typed at once");
  await page.locator("button[type=submit]").click();
  await page.getByRole("tab").first().waitFor();
  const id = new URL(page.url()).pathname.split("/").pop();
  const made = await hamdil.ask("GET", `/records/focus_session/${id}`);
  assert.deepEqual([made.title, made.fields[field.name], made.fields.place], ["DEMO typed at once", visit.id, place]);
  await page.context().close();
});
