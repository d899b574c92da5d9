// A thought is written down from anywhere, with a server or without; a workspace with nothing in it takes it, too. From the first page to the first chart.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { answersAgain, freePort, go, Hamdil, kProgram, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });
async function until(what, why) {
  for (let i = 0; i < 100; i++) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(why);
}
const titles = async (kind) => (await hamdil.ask("GET", `/records/${kind}`)).records.map((one) => one.title).sort();

test("a thought becomes a draft by one key and Enter; the page stays; the kind is guessed or chosen", async () => {
  for (const [language, width] of [["en", 1280], ["fa-AF", 360]]) {
    const page = await person(browser, hamdil, { language, width });
    await page.locator("#content").focus();
    await page.keyboard.press("n");
    const dialog = page.getByRole("dialog");
    const box = dialog.locator("input[name=thought]");
    await box.fill(`The bridge is closed ${language}`);
    await page.keyboard.press("Enter");
    await dialog.locator("a", { hasText: `The bridge is closed ${language}` }).waitFor();
    const visit = (await hamdil.ask("GET", "/kinds", undefined, { "Accept-Language": language })).kinds.find((kind) => kind.name === "visit").label;
    await box.fill(`${visit}: To the mills ${language}`);
    await page.keyboard.press("Enter");
    await dialog.locator("a", { hasText: `To the mills ${language}` }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/");
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.ok((await overflow(page)) <= 0);
    await page.keyboard.press("Escape");
    // While somebody writes in a form, the longer shortcut opens it; a letter is a letter.
    await go(page, "/kind/milestone/new");
    await page.locator("[name=title]").focus();
    await page.keyboard.press("n");
    assert.equal(await page.locator("[name=title]").inputValue(), "n");
    await page.keyboard.press("Control+Shift+K");
    await box.fill("From a form");
    assert.ok(await dialog.locator("input[name=kind]").count());
    await dialog.locator(".v-autocomplete input:visible").first().fill(visit);
    await page.locator(".v-overlay--active .v-list-item", { hasText: visit }).first().waitFor();
    await settled(page);
    await page.locator(".v-overlay--active .v-list-item", { hasText: visit }).first().click();
    await dialog.getByRole("button").filter({ hasNotText: /^$/ }).first().click();
    await dialog.locator("a[href*='/kind/visit/']", { hasText: "From a form" }).click();
    await page.waitForURL("**/kind/visit/*");
    await page.context().close();
  }
  assert.deepEqual(await titles("monitoring_note"), ["The bridge is closed en", "The bridge is closed fa-AF"]);
  assert.deepEqual(await titles("visit"), ["From a form", "From a form", "To the mills en", "To the mills fa-AF"]);
});

test("without a server thoughts wait in the browser and are sent once, several of one kind, too", async () => {
  const page = await person(browser, hamdil, { width: 390 });
  await page.route("**/api/v1/**", (route) => route.abort("connectionrefused"));
  await page.getByRole("button", { name: "Write down" }).first().click();
  const box = page.getByRole("dialog").locator("input[name=thought]");
  for (const words of ["Request: First while away", "Request: Second while away"]) {
    await box.fill(words);
    await page.keyboard.press("Enter");
    await page.getByText(`${words.slice(9)} Waits in this browser`).waitFor();
  }
  await answersAgain(page);
  await until(async () => (await titles("request")).length === 2, "both are sent");
  await page.waitForTimeout(1000);
  assert.deepEqual(await titles("request"), ["First while away", "Second while away"]);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("hamdil.draft")).length), 0);
  await page.context().close();
});

test("the import is found from the first page of a programme", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await page.locator("main .hm-head").getByRole("button", { name: "وارد کردن" }).click();
  await page.getByRole("dialog").locator(".v-autocomplete input:visible").first().fill("بازدید");
  await settled(page);
  assert.deepEqual(await violations(page), []);
  await page.locator(".v-overlay--active .v-list-item", { hasText: "بازدیدها" }).first().click();
  await page.waitForURL("**/kind/visit/import");
  await page.context().close();
});

// Counts what a person presses.
const pressing = () => { let clicks = 0; return { press: async (button) => { clicks++; await button.click(); }, count: () => clicks }; };
function start(folder, port) {
  return new Promise((resolve, reject) => {
    const child = spawn(kProgram, ["serve", "--folder", folder, "--port", String(port), "--print-url"], { env: { ...process.env, HAMDIL_USER: "tester" } });
    child.stdout.on("data", (text) => { const url = String(text).trim(); resolve({ url, origin: url.split("/#")[0], end: () => new Promise((done) => { child.on("exit", done); child.kill("SIGTERM"); }) }); });
    child.on("exit", (code) => reject(new Error(`hamdil serve ended with ${code}`)));
  });
}

test("from the first page to the first chart of the demonstration in at most four clicks; to the first import", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hamdil-first-"));
  const servers = [];
  const serve = async (name) => { servers.push(await start(path.join(folder, name), await freePort())); return servers.at(-1); };
  try {
    const server = await serve("one");
    const page = await person(browser, server, { language: "en", width: 390 });
    page.setDefaultTimeout(60000);
    const began = Date.now();
    const hand = pressing();
    await hand.press(page.locator("main").getByRole("button", { name: "دری" }));
    await hand.press(page.getByRole("button", { name: "باز کردن نمایش" }).or(page.locator("main .hm-cards .v-btn").first()).first());
    await hand.press(page.locator("main a[href='/plan/gantt']").first());
    await page.locator("main .hm-bar").first().waitFor();
    assert.ok(hand.count() <= 4, String(hand.count()));
    console.log(`# first chart: ${hand.count()} clicks, ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await page.context().close();
    const empty = await serve("two");
    const other = await person(browser, empty, { width: 390 });
    other.setDefaultTimeout(30000);
    await other.locator("main").getByRole("button", { name: "Import" }).click();
    assert.equal(await other.locator("input[name=name]").inputValue(), "My programme");
    await settled(other);
    assert.deepEqual(await violations(other), []);
    await other.getByRole("button", { name: "Create" }).click();
    await other.getByLabel("I have kept the recovery key").check();
    await other.getByRole("button", { name: "Go on" }).click();
    await other.getByRole("dialog").locator(".v-autocomplete input:visible").first().waitFor();
    await other.context().close();
  } finally {
    await Promise.all(servers.map((server) => server.end()));
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
