// Several people on one server: pairing, signing in, what the menu shows to whom, accounts, and a session that ends.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { go, launch, overflow, person, settled, violations } from "./together.mjs";
import { kPassword, signIn, Team } from "./team.mjs";

let hamdil, browser;
before(async () => {
  [hamdil, browser] = await Promise.all([Team.make([["admin", "--name", "Administrator", "--role", "administrator"], ["reader", "--name", "Reader of figures", "--role", "reader"]]), launch()]);
});
after(async () => { await browser.close(); await hamdil.end(); });

const clean = async (page) => {
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.ok((await overflow(page)) <= 0);
};

test("a device is let in with a PIN, then somebody signs in; wrong ones are told so", async () => {
  for (const language of ["en", "fa-AF"]) {
    const page = await person(browser, hamdil, { language, width: 390 });
    await clean(page);
    await page.locator("input[name=pin]").fill("12");
    await page.locator("form button[type=submit]").click();
    await page.getByRole("alert").waitFor();
    await page.locator("input[name=pin]").fill(await hamdil.pin());
    await page.locator("form button[type=submit]").click();
    await page.locator("input[name=login]").fill("admin");
    await page.locator("input[name=password]").fill("not the password");
    await page.locator("form button[type=submit]").click();
    await page.getByRole("alert").waitFor();
    await clean(page);
    await page.locator("input[name=password]").fill(kPassword);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".hm-home"));
    assert.equal(await page.evaluate(() => document.cookie), "", "no script reads the cookies");
    assert.deepEqual(page.outside, []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});

test("an administrator makes an account with a role, which then sees its part", async () => {
  const page = await person(browser, hamdil);
  await signIn(page, hamdil, "admin");
  await go(page, "/people");
  await clean(page);
  await page.getByRole("button", { name: "New account" }).click();
  await page.locator("input[name=name]").fill("Field partner");
  await page.locator("input[name=login]").fill("partner.one");
  await page.locator("input[name=password]").fill("four large ships");
  await page.getByRole("button", { name: "Create" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").first().click();
  await page.getByRole("option", { name: "Partner", exact: true }).click();
  await clean(page);
  await dialog.getByRole("button", { name: "Give a role" }).click();
  await page.locator("[data-login='partner.one']").getByText("everywhere").waitFor();
  await page.getByRole("button", { name: "Let a device in" }).click();
  const pin = await page.locator("strong.hm-pin").textContent();
  assert.match(pin, /^\d{6}$/);
  await clean(page);

  const other = await person(browser, hamdil, { width: 390, height: 780 });
  await other.locator("input[name=pin]").fill(pin);
  await other.locator("form button[type=submit]").click();
  await other.locator("input[name=login]").fill("partner.one");
  await other.locator("input[name=password]").fill("four large ships");
  await other.locator("form button[type=submit]").click();
  await other.waitForFunction(() => document.querySelector(".hm-home"));
  await go(other, "/page/settings");
  assert.equal(await other.getByRole("link", { name: "People and devices" }).count(), 0);
  assert.equal(await other.locator("main a[href='/kind/account']").count(), 0);
  await go(other, "/me");
  await clean(other);
  await other.context().close();
  await page.context().close();
});

test("a reader reads and changes nothing", async () => {
  const page = await person(browser, hamdil);
  await signIn(page, hamdil, "reader");
  await go(page, "/kind/activity");
  assert.equal(await page.getByRole("link", { name: "New", exact: true }).count(), 0);
  await page.locator("main table a").first().click();
  await page.locator("[name=title]").waitFor();
  await page.getByText("You may read this").waitFor();
  assert.ok(await page.locator("[name=title]").evaluate((input) => input.readOnly || input.disabled));
  await clean(page);
  await page.context().close();
});

test("the key of the second factor is shown as a picture for the camera and as text", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  await signIn(page, hamdil, "reader");
  await go(page, "/me");
  await page.locator("input[name=own]").fill(kPassword);
  await page.locator(".v-card", { hasText: "عامل دوم" }).getByRole("button").click();
  const picture = page.getByRole("img", { name: /QR/ });
  await picture.waitFor();
  const box = await picture.boundingBox();
  assert.ok(box.width >= 180 && Math.abs(box.width - box.height) < 2);
  // Three finder patterns: 7 modules of black at both ends of the first line, below the quiet zone of 4.
  const first = await picture.locator("path").evaluate((path) => [...path.getAttribute("d").matchAll(/M(\d+) 4h/g)].map((one) => Number(one[1])));
  assert.deepEqual(first.slice(0, 7), [4, 5, 6, 7, 8, 9, 10]);
  assert.match(await page.locator(".hm-secret").innerText(), /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  await clean(page);
  assert.deepEqual(page.outside, []);
  await page.context().close();
});

test("a session that ends keeps the draft and returns to the page", async () => {
  const page = await person(browser, hamdil);
  await signIn(page, hamdil, "admin");
  await go(page, "/kind/visit/new");
  await page.locator("[name=title]").fill("Typed before the session ended");
  await page.context().clearCookies({ name: "__Host-hamdil" });
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("What you typed is kept").waitFor();
  await clean(page);
  await page.locator("input[name=password]").fill(kPassword);
  await page.locator("form button[type=submit]").click();
  await page.waitForFunction(() => document.querySelector("[name=title]")?.value === "Typed before the session ended");
  assert.match(page.url(), /\/kind\/visit\/new$/);
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(/\/kind\/visit\/[a-z0-9]{16}$/);
  await page.getByRole("button", { name: /sign out/ }).click();
  await page.getByText("Sign out", { exact: true }).click();
  await page.locator("input[name=password]").waitFor();
  await page.context().close();
});

test("a partner without an account fills in one form by a link, and nothing else", async () => {
  const page = await person(browser, hamdil);
  await signIn(page, hamdil, "admin");
  await go(page, "/partner-links");
  await clean(page);
  await page.locator("input[name=label]").fill("Partner of the valley");
  await page.locator("main form .v-autocomplete input").first().fill("Visit");
  await page.getByRole("option", { name: "Visit", exact: true }).click();
  await page.getByRole("button", { name: "Create" }).click();
  const address = await page.locator("code.hm-address").textContent();
  assert.match(address, /^https:\/\/localhost:\d+\/link#[0-9a-f]{64}$/);
  await clean(page);

  const context = await browser.newContext({ viewport: { width: 360, height: 780 }, ignoreHTTPSErrors: true });
  await context.addInitScript(() => localStorage.setItem("hamdil.language", "fa-AF"));
  const other = await context.newPage();
  const asked = [];
  other.on("request", (request) => asked.push(request.url()));
  await other.goto(address);
  await other.locator("[name=title]").fill("چاه آب کار می‌کند");
  await clean(other);
  await other.waitForFunction(() => !location.hash); // not waitForURL: it waits for a load that the taking away of the secret may have swallowed
  await other.locator("form button[type=submit]").click();
  await other.locator(".v-alert[role=status]").waitFor();
  await clean(other);
  assert.deepEqual(asked.filter((one) => one.includes(address.split("#")[1])), [], "the secret stands in no address that is sent");
  await other.goto(hamdil.url);
  await other.locator("input[name=pin]").waitFor();
  await context.close();

  await go(page, "/kind/visit?sort=-changed_at");
  await page.getByText("چاه آب کار می‌کند").first().click();
  await page.locator("[name=title]").waitFor();
  await go(page, "/partner-links");
  await page.locator("main li", { hasText: "Partner of the valley" }).getByRole("button", { name: "End" }).click();
  await page.getByText("There are none").waitFor();
  await page.context().close();
});

// The code that an authenticator app shows now (RFC 6238).
function code(secret) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const digest = createHmac("sha1", key).update(step).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}

test("a second factor is begun with the own password, and sessions say which are open now", async () => {
  for (const [language, width] of [["fa-AF", 390], ["en", 1280]]) {
    const page = await person(browser, hamdil, { language, width });
    await signIn(page, hamdil, language === "en" ? "admin" : "reader");
    await go(page, "/me");
    await page.locator("input[name=own]").fill("not the password");
    await page.locator("form:has(input[name=own]) button[type=submit]").click();
    await page.getByRole("alert").waitFor();
    await clean(page);
    await page.locator("input[name=own]").fill(kPassword);
    await page.locator("form:has(input[name=own]) button[type=submit]").click();
    const secret = (await page.locator(".hm-secret code").innerText()).replace(/\s/g, "");
    await page.locator("input[name=code]").fill(code(secret));
    await page.locator("form:has(input[name=code]) button[type=submit]").click();
    await page.locator(".hm-codes li").first().waitFor();
    assert.equal(await page.locator(".hm-codes li").count(), 10);
    await clean(page);
    assert.deepEqual(page.outside, []);
    await page.context().close();
  }
});
