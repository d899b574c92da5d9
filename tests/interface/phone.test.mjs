// A telephone of 360 px in Dari: what a finger must find, and as few taps as the work needs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]); });
after(async () => { await browser?.close(); await hamdil?.end(); });
const made = (kind, title, fields = {}) => hamdil.ask("POST", `/records/${kind}`, { title, fields }, { "Idempotency-Key": crypto.randomUUID() });
const shown = async (kind, id) => (await hamdil.ask("GET", `/records/${kind}/${id}`)).fields;
async function until(what, why) {
  for (let i = 0; i < 100; i++) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(why);
}
const listGone = (page) => page.waitForFunction(() => !document.querySelector(".v-menu > .v-overlay__content"));

test("a list of which several are ticked is closed by a button that says so, by Escape and by a tap beside it", async () => {
  await made("activity", "DEMO first");
  await made("activity", "DEMO second");
  const record = await made("activity", "DEMO third");
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, `/kind/activity/${record.id}`);
  const field = page.locator("[data-field=depends_on] input[type=text]");
  const open = async () => { await field.click(); await page.getByRole("option").first().waitFor(); };
  await open();
  await page.getByRole("option", { name: "DEMO first" }).click();
  await page.getByRole("option", { name: "DEMO second" }).click();
  const done = page.getByRole("button", { name: "تمام", exact: true });
  assert.ok((await done.boundingBox()).y + (await done.boundingBox()).height <= 740, "it stands on the screen");
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  await done.click();
  await listGone(page);
  await until(async () => (await shown("activity", record.id)).depends_on?.length === 2, "both are kept");
  await open();
  await page.keyboard.press("Escape");
  await listGone(page);
  await open();
  await page.mouse.click(180, 60);
  await listGone(page);
  // Codes of which several are chosen have it, too; a list of which one is chosen closes by itself.
  const text = await made("person", "DEMO Interpreter");
  await go(page, `/kind/person/${text.id}`);
  await page.locator("[data-field=languages] input[type=text]").click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "تمام", exact: true }).click();
  await listGone(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a moment is written as a day and a time of the reader's own clock, and kept as the world's", async () => {
  const [source, code, coder] = [await made("source", "DEMO talk"), await made("code", "DEMO trust"), await made("person", "DEMO Coder")];
  const record = await made("coding", "DEMO passage", { source: source.id, code: code.id, from_byte: 0, to_byte: 4, coder: coder.id, coded_at: "2026-03-04T20:00:00Z" });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, timezone: "Asia/Kabul" });
  await go(page, `/kind/coding/${record.id}`);
  const field = page.locator("[data-field=coded_at]");
  const day = field.locator("input[name=coded_at]"), time = field.locator("input[name='coded_at.time']");
  // Half past midnight of the next day in Kabul.
  await page.waitForFunction(() => document.querySelector("input[name=coded_at]")?.value === "۱۴۰۴/۱۲/۱۴");
  assert.equal(await time.inputValue(), "۰۰:۳۰");
  await time.fill("۱۴:۴۵");
  await time.blur();
  await until(async () => (await shown("coding", record.id)).coded_at === "2026-03-05T10:15:00Z", "the time");
  await day.fill("1404/12/15");
  await day.blur();
  await until(async () => (await shown("coding", record.id)).coded_at === "2026-03-06T10:15:00Z", "the day");
  for (const [typed, kept] of [["0905", "2026-03-06T04:35:00Z"], ["٧:٠٠", "2026-03-06T02:30:00Z"], ["00.00", "2026-03-05T19:30:00Z"]]) {
    await time.fill(typed);
    await time.blur();
    await until(async () => (await shown("coding", record.id)).coded_at === kept, typed);
  }
  await time.fill("25:00");
  await time.blur();
  await field.getByText("ساعت را چنین بنویسید").waitFor();
  assert.equal((await shown("coding", record.id)).coded_at, "2026-03-05T19:30:00Z");
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.equal(await overflow(page), 0);
  await time.fill("۸:۱۵");
  await time.blur();
  await go(page, "/kind/coding?columns=coded_at");
  await page.locator("td", { hasText: "۱۵ حوت ۱۴۰۴ ۰۸:۱۵" }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("while a list of several is still open, one tap on Create creates", async () => {
  await made("finding", "DEMO finding");
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740, touch: true });
  for (const [kind, field] of [["advocacy_point", "findings"], ["activity", "places"]]) {
    await go(page, `/kind/${kind}/new`);
    await page.locator("[name=title]").fill("DEMO tap");
    const box = page.locator(`[data-field=${field}] input`).first();
    if (!(await box.isVisible())) await page.locator(".hm-more").first().tap();
    await box.tap();
    if (field === "findings") await page.getByRole("option").first().tap();
    const button = page.locator("button[type=submit]");
    await button.scrollIntoViewIfNeeded();
    await new Promise((done) => setTimeout(done, 300)); // nobody's finger is faster than the page here
    const { x, y, width, height } = await button.boundingBox();
    await page.touchscreen.tap(x + width / 2, y + height - 4); // by hand: nothing waits until the page stands still
    await page.waitForURL(/\/kind\/\w+\/\w{16}$/);
  }
  await page.context().close();
});

test("a menu that opens stands still: what is pressed is what is let go", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await made("objective", "DEMO goal");
  await go(page, "/act/matrix");
  await page.locator("main button[aria-haspopup=menu]").waitFor();
  const [first, later] = await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const rect = () => { const { x, y, width, height } = document.querySelector(".v-overlay--active .v-list-item").getBoundingClientRect(); return [x, y, width, height].map(Math.round); };
    document.querySelector("main button[aria-haspopup=menu]").click();
    while (!document.querySelector(".v-overlay--active .v-list-item")) await frame();
    await frame();
    const at_once = rect();
    await new Promise((done) => setTimeout(done, 600));
    return [at_once, rect()];
  });
  assert.deepEqual(first, later);
  await page.context().close();
});

test("two of one title are told apart where one is chosen, and what was chosen stands whole", async () => {
  const title = "DEMO permit of the district for work in the two northern valleys";
  for (const starts of ["2026-03-21", "2026-09-23"]) await made("permission", title, { starts, ends: "2026-12-20" });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, "/kind/visit/new");
  await page.locator("[data-field=permissions] input[type=text]").click();
  const offers = await page.getByRole("option").allInnerTexts();
  assert.ok(offers.some((one) => one.includes("۱ حمل ۱۴۰۵")) && offers.some((one) => one.includes("۱ میزان ۱۴۰۵")), offers.join(" | "));
  const objective = await made("objective", `${title}, and in the south`);
  await go(page, `/kind/activity/new?objective=${objective.id}`);
  const chosen = page.locator("[data-field=objective] .hm-chosen");
  await chosen.waitFor();
  assert.deepEqual(await chosen.evaluate((element) => [element.scrollWidth <= element.clientWidth + 1, getComputedStyle(element).textOverflow]), [true, "clip"]);
  assert.ok((await chosen.innerText()).endsWith("in the south"));
  assert.ok((await overflow(page)) <= 0);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test("what is written every day is one tap from home", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740, touch: true });
  await page.locator(".hm-makes a").first().tap();
  await page.waitForURL("**/kind/visit/new");
  await page.context().close();
});

test("a wrong value that is put back to what it was is right again, and paper says why it waits", async () => {
  const { id } = await made("activity_row", "DEMO row", { targeted: 24 });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, `/kind/activity_row/${id}`);
  const field = page.locator("input[name=targeted]");
  await field.fill("بیست");
  await field.blur();
  await page.locator(".hm-wrong").waitFor();
  await page.locator("main").getByRole("button", { name: "چاپ", exact: true }).click();
  await page.locator(".hm-notice", { hasText: "چاپ" }).waitFor();
  assert.match(page.url(), /kind\/activity_row/);
  await field.fill("24");
  await field.blur();
  await page.locator(".hm-wrong").waitFor({ state: "detached" });
  assert.equal(await page.locator(".hm-unsaved").count(), 0);
  assert.equal((await shown("activity_row", id)).targeted, 24);
  await page.context().close();
});

test("a title of Persian words runs right to left wherever it stands, and a new record opens at its top", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, "/kind/recommendation/new");
  await page.locator("[name=title]").fill("DEMO ۶۰ فیصد تا آخر سال");
  await page.locator("button[type=submit]").scrollIntoViewIfNeeded();
  await page.locator("button[type=submit]").click();
  const notice = page.locator(".hm-notice", { hasText: "۶۰ فیصد" });
  await notice.waitFor();
  assert.match(await notice.textContent(), /\u2067DEMO ۶۰ فیصد تا آخر سال\u2069/);
  await page.getByRole("tab").first().waitFor();
  await until(() => page.evaluate(() => window.scrollY === 0), "at the top");
  // The state stays in sight while the title goes away with the page.
  await page.mouse.wheel(0, 700);
  await until(() => page.evaluate(() => window.scrollY > 300), "scrolled");
  const at = await page.evaluate(() => ({ title: document.querySelector("h1").getBoundingClientRect().bottom, state: document.querySelector(".hm-stands").getBoundingClientRect() }));
  assert.ok(at.title < 0 && at.state.top >= 0 && at.state.bottom < 160, JSON.stringify(at));
  assert.ok((await overflow(page)) <= 0);
  await go(page, "/kind/recommendation");
  const row = page.locator("main a", { hasText: "۶۰ فیصد" }).first();
  await row.waitFor();
  await page.context().close();
});

test("after a name was chosen in a comment one writes on behind it", async () => {
  await made("person", "DEMO facilitator");
  const { id } = await made("place", "DEMO place");
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, `/kind/place/${id}?tab=comments`);
  const box = page.locator("textarea[name=comment]").first();
  await box.click();
  await page.keyboard.type("لطفاً با @DEMO f");
  await page.getByRole("button", { name: "DEMO facilitator" }).click();
  await page.keyboard.type("ببینید");
  await until(async () => (await box.inputValue()) === "لطفاً با @DEMO facilitator ببینید", await box.inputValue());
  await page.context().close();
});

test("fields keep their place when a step was taken, and history says the bin in the reader's words", async () => {
  const who = (await made("person", "DEMO who")).id;
  const { id } = await made("request", "DEMO request", { received_on: "2026-01-05", text: "DEMO?", urgency: "low", responsible: who });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, `/kind/request/${id}`);
  const order = () => page.locator("[data-field]").evaluateAll((all) => all.map((one) => one.dataset.field));
  await page.locator("[data-field=responsible]").waitFor();
  const before = await order();
  assert.ok(before.length > 8);
  await hamdil.ask("POST", `/records/request/${id}/transitions/assign`, {});
  await go(page, "/");
  await go(page, `/kind/request/${id}`);
  await page.locator("[data-field=responsible]").waitFor();
  assert.deepEqual(await order(), before);
  await hamdil.ask("DELETE", `/records/request/${id}`, undefined, { "If-Match": "*" });
  await hamdil.ask("POST", `/records/request/${id}/restore`, {});
  await page.getByRole("tab").last().click();
  await page.getByText("سطل").first().waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /deleted|true|false/);
  await page.context().close();
});

test("a record that is begun at another one takes over what both declare alike, and says what", async () => {
  const place = (await made("place", "DEMO ولسوالی شمالی")).id;
  const walker = (await made("person", "DEMO walker")).id;
  const visit = await made("visit", "DEMO بازدید شمال", { place, team: [walker], starts: "2026-04-01", ends: "2026-04-03", summary: "DEMO seen" });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, `/kind/visit/${visit.id}`);
  const field = page.locator("[data-field=permissions]");
  await field.locator("input[type=text]").fill("DEMO مجوز شمال");
  await page.getByRole("option", { name: "DEMO مجوز شمال" }).click();
  const told = field.locator(".hm-begun");
  await told.waitFor();
  assert.match(await told.innerText(), /DEMO مجوز شمال[^]*DEMO ولسوالی شمالی[^]*۱۲ حمل ۱۴۰۵[^]*۱۴ حمل ۱۴۰۵/);
  await until(async () => (await shown("visit", visit.id)).permissions?.length === 1, "it is named by the visit");
  const [id] = (await shown("visit", visit.id)).permissions;
  const fields = await shown("permission", id);
  assert.deepEqual([fields.places, fields.team, fields.starts, fields.ends], [[place], [walker], "2026-04-01", "2026-04-03"]);
  await page.keyboard.press("Escape");
  await listGone(page);
  assert.ok((await overflow(page)) <= 0);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  // It is ordinary text: the way to it stands beside it, and the day is changed there.
  await told.getByRole("link").click();
  await page.waitForURL(`**/kind/permission/${id}`);
  const day = page.locator("input[name=ends]");
  await page.waitForFunction(() => document.querySelector("input[name=ends]")?.value === "۱۴۰۵/۰۱/۱۴" || document.querySelector("input[name=ends]")?.value === "۱۴۰۵/۱/۱۴");
  await day.fill("1405/01/20");
  await day.blur();
  await until(async () => (await shown("permission", id)).ends === "2026-04-09", "the day is changed");
  // From a link to the form of a new record, too; what is a result of the one is none of the other.
  await go(page, `/kind/focus_session/new?visit=${visit.id}`);
  await page.locator("[data-field=place] .hm-chosen", { hasText: "ولسوالی شمالی" }).waitFor();
  assert.match(await page.locator(".hm-taken-over").innerText(), /DEMO بازدید شمال[^]*محل/);
  assert.equal(await page.locator("[data-field=summary] textarea").first().inputValue(), "");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("what tells two of a kind apart stands beside the title where one is chosen", async () => {
  const place = (await made("place", "DEMO ولسوالی جنوبی")).id;
  const authority = (await made("organisation", "DEMO ولسوالی")).id;
  await made("permission", "DEMO مجوز جنوب", { authority, asked_on: "2026-03-01", granted_on: "2026-03-05", starts: "2026-04-01", ends: "2026-06-30" });
  await made("visit", "DEMO بازدید جنوب", { place, starts: "2026-04-01", ends: "2026-04-03" });
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  const second = async (kind, field, title) => {
    await go(page, `/kind/${kind}/new`);
    await page.locator(`[data-field=${field}] input[type=text]`).fill(title);
    const option = page.getByRole("option", { name: title }).locator(".v-list-item-subtitle");
    await option.waitFor();
    return (await option.innerText()).replace(/[\u200e\u200f]/g, "");
  };
  assert.equal(await second("visit", "permissions", "DEMO مجوز جنوب"), "۱۲ حمل ۱۴۰۵ – ۹ سرطان ۱۴۰۵ · DEMO ولسوالی");
  assert.equal(await second("focus_session", "visit", "DEMO بازدید جنوب"), "DEMO ولسوالی جنوبی · ۱۲ حمل ۱۴۰۵ – ۱۴ حمل ۱۴۰۵");
  await page.context().close();
});

test("a message is closed by a button that says so and by Escape, and lies over no button that was just pressed", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740, touch: true });
  const { id } = await made("organisation", "DEMO message");
  const notice = page.locator(".hm-notice .v-snackbar__wrapper");
  await go(page, `/kind/organisation/${id}`);
  const press = async () => {
    const button = page.locator("main .hm-steps .v-btn").first();
    await button.waitFor();
    await until(() => button.isEnabled(), "the step can be taken");
    await button.click();
    await notice.waitFor();
  };
  await press();
  await notice.getByRole("button", { name: "بستن", exact: true }).click();
  await notice.waitFor({ state: "hidden" });
  await press();
  await page.keyboard.press("Escape");
  await notice.waitFor({ state: "hidden" });
  assert.equal(page.url().endsWith(id), true);
  // A button at the lower edge: the message goes to the upper one.
  await go(page, "/kind/milestone/new");
  await page.locator("[name=title]").fill("DEMO made below");
  const submit = page.locator("button[type=submit]");
  await submit.evaluate((element) => element.scrollIntoView({ block: "end" }));
  const at = await submit.boundingBox();
  await submit.click();
  await notice.waitFor();
  await settled(page);
  const over = await notice.boundingBox();
  assert.ok(over.y >= at.y + at.height || over.y + over.height <= at.y, `the message at ${over.y} over ${at.y}`);
  assert.deepEqual(await violations(page), []);
  assert.ok((await overflow(page)) <= 0);
  await page.context().close();
});

test("after a comment on a field was said, the next one is about the record", async () => {
  const { id } = await made("place", "DEMO commented");
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, `/kind/place/${id}?tab=comments`);
  const choice = page.locator(".hm-comment-field");
  await choice.click();
  await page.getByRole("option").nth(1).click();
  await until(async () => (await choice.locator(".v-select__selection").count()) === 1, "a field is chosen");
  for (const [words, left] of [["DEMO of the field", 0], ["DEMO of the record", 0]]) {
    await page.locator("textarea[name=comment]").last().fill(words);
    await page.locator("form button[type=submit]").last().click();
    await page.getByText(words).first().waitFor();
    await until(async () => (await choice.locator(".v-select__selection").count()) === left, "the choice is empty again");
  }
  const { threads } = await hamdil.ask("GET", `/comments/place/${id}`);
  assert.deepEqual(threads.map((one) => one.field !== "").sort(), [false, true]);
  await page.context().close();
});

test("a long title stands whole in its box; Enter creates, and no line break gets into it", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360, height: 740 });
  await go(page, "/kind/objective/new");
  const box = page.locator("[name=title]");
  const short = (await box.boundingBox()).height;
  const title = "DEMO تقویت اعتماد میان باشندگان و نهادهای محلی در ولسوالی‌های شمالی تا پایان سال آینده";
  await box.fill(`${title.slice(0, 30)}\n${title.slice(30)}`);
  assert.equal((await box.inputValue()).replace(/\s+/g, ""), title.replace(/\s+/g, ""));
  assert.ok(!(await box.inputValue()).includes("\n"));
  await box.fill(title);
  await until(async () => (await box.boundingBox()).height > short * 1.8, "it grows");
  assert.ok(await box.evaluate((element) => element.scrollHeight <= element.clientHeight + 1));
  assert.ok((await overflow(page)) <= 0);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await box.press("Enter");
  await page.waitForURL(/kind\/objective\/\w{16}$/);
  const id = new URL(page.url()).pathname.split("/").pop();
  assert.equal((await hamdil.ask("GET", `/records/objective/${id}`)).title, title);
  await box.fill(`${title} DEMO`);
  await box.press("Enter");
  await until(async () => (await hamdil.ask("GET", `/records/objective/${id}`)).title === `${title} DEMO`, "Enter saves");
  await page.context().close();
});
