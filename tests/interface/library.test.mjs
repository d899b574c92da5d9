// What is shipped with the program: looked through, taken in, taken back; in English with keys alone, in Dari on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]); });
after(async () => { await browser?.close(); await hamdil?.end(); });
const count = async (kind) => (await hamdil.ask("GET", `/records/${kind}`)).total;

test("in Dari on a phone: found by a word, ticked, taken, taken back", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, "/kind/consent_text");
  await page.getByRole("button", { name: "از کتابخانه" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox").nth(3).waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  const all = await dialog.getByRole("checkbox").count();
  await dialog.getByRole("searchbox").or(dialog.locator("input[name=library-words]")).first().fill("نوجوان");
  await page.waitForFunction((before) => document.querySelectorAll(".hm-entry").length < before - 1, all);
  await dialog.locator(".hm-entry").first().getByRole("checkbox").check();
  await dialog.getByRole("button", { name: /گرفتن/ }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.locator("tbody tr").first().waitFor();
  assert.equal(await count("consent_text"), 1);
  await settled(page);
  assert.equal(await overflow(page), 0);
  await page.locator(".hm-notice").getByRole("button").first().click();
  await page.locator("tbody tr").first().waitFor({ state: "detached" });
  assert.equal(await count("consent_text"), 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("what stands in English says so before it is taken; what is taken in Dari is in Dari, with roles by name and no braces", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  const look = async (kind) => {
    await go(page, `/kind/${kind}`);
    await page.getByRole("button", { name: "از کتابخانه" }).click();
    await page.getByRole("dialog").locator(".hm-entry").first().waitFor();
    return page.getByRole("dialog");
  };
  const terms = await look("terms_of_reference");
  assert.equal(await terms.locator(".hm-language").count(), await terms.locator(".hm-entry").count());
  await terms.getByText("به زبان انگلیسی").first().waitFor();
  assert.equal(await terms.getByText(/مسودهٔ ماشینی/).count(), 0);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  const consent = await look("consent_text");
  assert.equal(await consent.locator(".hm-language").count(), 0);
  await consent.getByText(/مسودهٔ ماشینی/).waitFor();
  assert.doesNotMatch(await consent.innerText(), /[{}]|\.;/);
  const tools = await look("tool");
  await tools.locator(".hm-entry").first().getByRole("checkbox").check();
  await tools.getByRole("button", { name: /گرفتن/ }).click();
  await tools.waitFor({ state: "hidden" });
  await page.locator("tbody").getByRole("link").first().click();
  await page.getByText("معنای نمره").waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /critical rule|bands|label|formula/);
  const modules = await look("training_module");
  await modules.locator(".hm-entry").first().getByRole("checkbox").check();
  await modules.getByRole("button", { name: /گرفتن/ }).click();
  await modules.waitFor({ state: "hidden" });
  await page.locator("tbody").getByRole("link").first().click();
  await page.waitForURL(/\/kind\/training_module\/\w+/); // the list names roles, too
  await page.locator("main form").getByText("مدیر مؤسسه").first().waitFor();
  await page.locator("main form").getByText("جشن یا سلسلهٔ فوتبال").first().waitFor();
  const said = await page.locator("main").innerText();
  assert.doesNotMatch(said, /ngo_manager|Festival or football|what people can do/);
  assert.match(said, /جشن یا سلسلهٔ فوتبال/);
  await settled(page);
  assert.equal(await overflow(page), 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the address says in which language an entry stands only where it is another", async () => {
  const inDari = { "Accept-Language": "fa-AF" };
  const terms = await hamdil.ask("GET", "/library/terms_of_reference", undefined, inDari);
  assert.ok(terms.entries.every((one) => one.language === "en" && !("draft" in one)));
  const tools = await hamdil.ask("GET", "/library/tool", undefined, inDari);
  assert.ok(tools.entries.every((one) => !("language" in one) && one.draft === true));
  const english = await hamdil.ask("GET", "/library/tool");
  assert.ok(english.entries.every((one) => !("language" in one) && !("draft" in one)));
  const { records } = await hamdil.ask("POST", "/library/tool", { library_ids: ["nt-pf"] }, { ...inDari, "Idempotency-Key": crypto.randomUUID() });
  const tool = await hamdil.ask("GET", `/records/tool/${records[0].id}`);
  assert.equal(tool.fields.items[0].text, "این‌جا احساس کردم که به من احترام می‌شود");
});

test("with keys alone: a checklist comes with its criteria, and is here the next time", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/checklist");
  await page.getByRole("button", { name: "From the library" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox").nth(2).waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  const reach = async (name, role = "checkbox") => {
    for (let step = 0; step < 20; ++step) {
      await page.keyboard.press("Tab");
      if (await dialog.getByRole(role, { name }).evaluate((one) => one === document.activeElement)) return;
    }
    assert.fail(`the keyboard does not reach ${name}`);
  };
  await reach(/do no harm/i);
  await page.keyboard.press("Space");
  await reach("Take 1", "button");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await page.getByText(/^Taken: 1, with \d+ new records/).waitFor();
  assert.equal(await count("checklist"), 1);
  assert.ok(await count("checklist_item") > 20);
  await page.locator("tbody").getByRole("link").first().waitFor();
  await page.getByRole("button", { name: "From the library" }).click();
  await dialog.getByText("is here already").waitFor();
  await dialog.getByRole("link").first().click();
  await page.waitForURL(/\/kind\/checklist\/\w{16}$/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("more than one page of places, and a lost answer", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/place");
  await page.getByRole("button", { name: "From the library" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator(".hm-entry").nth(49).waitFor();
  await dialog.getByRole("button", { name: "Show more" }).or(dialog.getByRole("button", { name: /more/i })).first().click();
  await dialog.locator(".hm-entry").nth(99).waitFor();
  await dialog.getByRole("checkbox", { name: /All that are shown \(100\)/ }).check();
  let lost = 0;
  await page.route("**/api/v1/library/place", async (route) => { if (route.request().method() === "POST" && lost++ === 0) { await route.fetch(); await route.abort(); } else await route.continue(); });
  await dialog.getByRole("button", { name: "Take 100" }).click();
  await dialog.getByRole("alert").waitFor();
  assert.equal(await count("place"), 100);
  await dialog.getByRole("button", { name: "Take 100" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("Taken: 100, with 100 new records").waitFor();
  assert.equal(await count("place"), 100);
  await page.context().close();
});

test("a guide from the library is printed in Dari, line by line", async () => {
  const [entry] = (await hamdil.ask("GET", "/library/guide?limit=1")).entries;
  const { records } = await hamdil.ask("POST", "/library/guide", { library_ids: [entry.library_id] });
  const guide = await hamdil.ask("GET", `/records/guide/${records[0].id}`);
  const page = await person(browser, hamdil);
  for (const language of ["en", "fa-AF", "tg"]) {
    await go(page, `/print/guide/${guide.id}?sheet=guide&language=${language}`);
    await page.locator(`.hm-paper[lang="${language}"] ol li`).first().waitFor();
    const text = await page.locator(".hm-paper").innerText();
    const lines = guide.fields.spoken_by_language[language].split("\n").map((line) => line.replace(/\{\w+\}/g, "__________").trim()).filter(Boolean);
    assert.equal(await page.locator(".hm-paper ol > li").count(), guide.fields.questions.length);
    for (const line of lines) assert.ok(text.includes(line), `${language}: ${line}`);
    assert.ok(text.includes(guide.fields.names[language]), language);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("taken back when one was changed meanwhile, and when it cannot be: both are said", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/consent_text");
  const take = async (index) => {
    await page.getByRole("button", { name: "From the library" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox").nth(2).waitFor();
    await dialog.locator(".hm-entry").getByRole("checkbox").nth(index).check();
    await dialog.getByRole("button", { name: "Take 1" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.locator(".hm-notice").getByText(/^Taken: 1/).waitFor();
  };
  await take(0);
  const [record] = (await hamdil.ask("GET", "/records/consent_text?limit=1")).records;
  await hamdil.ask("PATCH", `/records/consent_text/${record.id}`, { fields: { note: "DEMO changed meanwhile" } }, { "If-Match": `"${record.version}"` });
  await page.locator(".hm-notice").getByRole("button", { name: "Undo" }).click();
  await page.locator(".hm-notice").getByText(/Left as they are: 1/).waitFor();
  assert.equal(await count("consent_text"), 1);
  await take(0);
  await page.route("**/api/v1/imports/*/undo", (route) => route.abort());
  await page.locator(".hm-notice").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("alert").or(page.locator(".hm-notice")).getByText(/server/i).first().waitFor();
  assert.equal(await count("consent_text"), 2);
  await page.context().close();
});
