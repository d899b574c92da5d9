// Files of records: brought in by hand or from a telephone, over a bad network, beside somebody who types; read again, taken away and brought back.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { answersAgain, go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });

// One pixel, as PNG.
const kPixel = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const make = async (kind, title, fields = {}) => (await hamdil.ask("POST", `/records/${kind}`, { title, fields }, { "Idempotency-Key": crypto.randomUUID() })).id;
const attachments = async (kind, id) => (await hamdil.ask("GET", `/records/${kind}/${id}`)).fields.attachments ?? [];
const card = (page) => page.locator("section[aria-labelledby=hm-files]");
const choose = (page, ...files) => card(page).locator("input[type=file]").setInputFiles(files.map(([name, mimeType, bytes]) => ({ name, mimeType, buffer: Buffer.from(bytes) })));
const row = (page, name) => card(page).locator("li", { hasText: name });

test("files are brought in, read again as they came, looked at, taken away and brought back", async () => {
  const id = await make("permission", "DEMO letter for the valley");
  const page = await person(browser, hamdil);
  await go(page, `/kind/permission/${id}`);
  await choose(page, ["نامهٔ ولسوالی.pdf", "application/pdf", "DEMO letter"], ["road.png", "image/png", kPixel]);
  await row(page, "نامهٔ ولسوالی.pdf").waitFor();
  await row(page, "road.png").waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);

  const [download] = await Promise.all([page.waitForEvent("download"), row(page, "نامهٔ ولسوالی.pdf").locator("button").first().click()]);
  assert.equal(download.suggestedFilename(), "نامهٔ ولسوالی.pdf");
  assert.equal(fs.readFileSync(await download.path(), "utf8"), "DEMO letter");
  await row(page, "road.png").locator("button").first().click();
  await page.locator(".hm-picture").waitFor();
  assert.equal(await page.locator(".hm-picture").evaluate((one) => one.decode().then(() => one.naturalWidth)), 1);
  await page.keyboard.press("Escape");
  await page.locator(".hm-picture").waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Take away road.png" }).click();
  await row(page, "road.png").waitFor({ state: "detached" });
  assert.equal((await attachments("permission", id)).length, 1);
  await page.getByRole("button", { name: "Undo" }).click();
  await row(page, "road.png").waitFor();
  assert.equal((await attachments("permission", id)).length, 2);

  // Words of its name find the record, and the history tells of it.
  assert.equal((await hamdil.ask("GET", `/records/permission?words=${encodeURIComponent("ولسوالی")}`)).total, 1);
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByText("road.png").filter({ visible: true }).first().waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("what is refused stands beside its name, and the others come in", async () => {
  const id = await make("visit", "DEMO visit with files");
  const page = await person(browser, hamdil);
  await go(page, `/kind/visit/${id}`);
  await choose(page, ["run.exe", "application/octet-stream", "x"], ["empty.pdf", "application/pdf", ""], ["list.csv", "text/csv", "a,b\n"]);
  await row(page, "run.exe").getByText("is not taken").waitFor();
  await row(page, "empty.pdf").getByText("is empty").waitFor();
  await row(page, "list.csv").getByRole("button", { name: "Take away" }).waitFor();
  await page.getByRole("button", { name: "Do not send run.exe" }).click();
  await row(page, "run.exe").waitFor({ state: "detached" });
  assert.equal((await attachments("visit", id)).length, 1);
  // A blank form says when its turn comes.
  await go(page, "/kind/visit/new");
  await page.getByText("once it is created").waitFor();
  await page.context().close();
});

test("somebody types while a file comes in: nothing is lost, and the other one sees it", async () => {
  const id = await make("visit", "DEMO typed beside");
  const [one, two] = await Promise.all([person(browser, hamdil), person(browser, hamdil)]);
  for (const page of [one, two]) { await go(page, `/kind/visit/${id}`); await card(page).waitFor(); }
  await one.locator("[name=title]").fill("DEMO typed beside a file");
  await choose(two, ["list.csv", "text/csv", "a,b\n"]);
  await choose(one, ["note.txt", "text/plain", "DEMO"]);
  for (const page of [one, two]) for (const name of ["list.csv", "note.txt"]) await row(page, name).waitFor();
  await two.waitForFunction(() => document.querySelector("[name=title]").value === "DEMO typed beside a file");
  assert.equal((await attachments("visit", id)).length, 2);
  await Promise.all([one.context().close(), two.context().close()]);
});

test("on a telephone in Dari a file waits for the network and goes once it is there; a locked record takes files and gives none", async () => {
  const id = await make("visit", "DEMO سفر");
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  await go(page, `/kind/visit/${id}`);
  await card(page).waitFor();
  await page.route("**/api/v1/**", (route) => route.abort("connectionrefused"));
  await choose(page, ["عکس راه.jpg", "image/jpeg", kPixel]);
  await row(page, "عکس راه.jpg").getByText("در انتظار شبکه").waitFor();
  await settled(page);
  assert.ok(await overflow(page) <= 0, "no wider than the telephone");
  await answersAgain(page);
  await row(page, "عکس راه.jpg").getByRole("button", { name: "برداشتن" }).waitFor({ timeout: 20000 });
  assert.equal((await attachments("visit", id)).length, 1);
  await settled(page);
  assert.deepEqual(await violations(page), []);

  const text = await make("consent_text", "DEMO متن", { text_version: "1", text: { en: "DEMO" }, least_age: 18 });
  const kind = (await hamdil.ask("GET", "/kinds")).kinds.find((each) => each.name === "consent_text");
  await go(page, `/kind/consent_text/${text}`);
  await choose(page, ["امضا.pdf", "application/pdf", "DEMO"]);
  await row(page, "امضا.pdf").waitFor();
  for (const step of kind.transitions.filter((each) => each.from === kind.states[0].name && !each.gives_up).slice(0, 1)) await hamdil.ask("POST", `/records/consent_text/${text}/transitions/${step.name}`, {});
  await page.reload();
  await page.locator(".v-alert").filter({ has: page.locator("svg") }).first().waitFor();
  await card(page).waitFor();
  assert.equal(await row(page, "امضا.pdf").getByRole("button", { name: "برداشتن" }).count(), 0);
  await choose(page, ["امضای دوم.pdf", "application/pdf", "DEMO two"]);
  await row(page, "امضای دوم.pdf").waitFor();
  assert.equal((await attachments("consent_text", text)).length, 2);
  await page.context().close();
});
