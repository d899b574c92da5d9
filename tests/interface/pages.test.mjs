// Every page in English and Dari: axe finds nothing, nothing stands out at 360 px, nothing is asked of another place, nothing complains.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser, kinds;
before(async () => {
  [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]);
  kinds = (await hamdil.ask("GET", "/kinds")).kinds;
});
after(async () => { await browser.close(); await hamdil.end(); });

// As few kinds as have every type of field between them.
function everyType() {
  const missing = new Set(kinds.flatMap((kind) => kind.fields.map((field) => field.type)));
  const out = [];
  while (missing.size) {
    const fresh = (kind) => new Set(kind.fields.map((field) => field.type).filter((type) => missing.has(type))).size;
    const best = kinds.reduce((a, b) => (fresh(b) > fresh(a) ? b : a));
    out.push(best);
    for (const field of best.fields) missing.delete(field.type);
  }
  return out;
}
async function addresses() {
  const own = everyType();
  const made = await hamdil.ask("GET", "/records/activity?limit=1");
  return [
    "/", ...["plan", "evidence", "analyse", "findings", "products", "act", "coordinate", "settings"].map((name) => `/page/${name}`),
    "/plan/gantt", "/act/matrix", "/act/budget", "/findings/check", "/products", "/plan/terms", "/coordinate/rounds",
    "/kind/activity", "/kind/activity?words=nothing-is-called-so", "/kind/activity?bin=true", "/kind/activity/import", `/kind/activity/${made.records[0].id}`,
    ...own.filter((kind) => !kind.made_by_program).map((kind) => `/kind/${kind.name}/new`), ...own.filter((kind) => kind.made_by_program).map((kind) => `/kind/${kind.name}`),
    "/kind/no_such_kind",
  ];
}
async function check(page, where, found) {
  await settled(page);
  for (const one of await violations(page)) found.push(`${where}: ${one}`);
  if ((await overflow(page)) > 0) found.push(`${where}: wider than the window by ${await overflow(page)} px`);
}

for (const [language, width] of [["en", 1280], ["fa-AF", 360]])
  test(`${language} at ${width} px`, { concurrency: true }, async () => {
    const page = await person(browser, hamdil, { language, width });
    const found = [];
    assert.equal(await page.evaluate(() => document.documentElement.dir), language === "en" ? "ltr" : "rtl");
    for (const where of await addresses()) {
      await go(page, where);
      await check(page, where, found);
      if (where.startsWith("/kind/activity/") && !where.endsWith("import") && !where.endsWith("new")) {
        for (const tab of [1, 2, 3]) {
          await page.getByRole("tab").nth(tab).click();
          await check(page, `${where} tab ${tab}`, found);
        }
      }
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("searchbox").or(page.getByRole("dialog").locator("input")).first().fill("water");
    await page.getByRole("dialog").locator("li").first().waitFor();
    await check(page, "search", found);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.locator("#content").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await check(page, "keys", found);
    assert.deepEqual(found, []);
    assert.deepEqual(page.outside, []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

test("the other widths: no page is wider than the window", async () => {
  for (const [language, width] of [["en", 360], ["fa-AF", 1280]]) {
    const page = await person(browser, hamdil, { language, width });
    const wide = [];
    for (const where of await addresses()) {
      await go(page, where);
      if ((await overflow(page)) > 0) wide.push(where);
    }
    assert.deepEqual(wide, []);
    await page.context().close();
  }
});

test("the page runs no inline script and asks for no evaluation", async () => {
  const response = await fetch(hamdil.origin + "/");
  const policy = response.headers.get("content-security-policy");
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.doesNotMatch(policy, /unsafe-eval/);
  assert.doesNotMatch(await response.text(), /<script(?![^>]*\ssrc=)/);
});

test("parts stand below their whole: on its sheet, and on its page with a button for the next one", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/page/act");
  const budgets = page.locator(".hm-kinds > li").filter({ has: page.getByRole("link", { name: "Budgets", exact: true }) });
  await budgets.getByRole("link", { name: "Budget lines", exact: true }).waitFor();
  assert.equal(await page.locator(".hm-kinds > li > a", { hasText: "Budget lines" }).count(), 0);
  const { records } = await hamdil.ask("GET", "/records/budget_version?limit=1");
  await go(page, `/kind/budget_version/${records[0].id}`);
  await page.getByRole("tab", { name: "Links" }).click();
  await page.getByRole("link", { name: "New: Budget line" }).click();
  await page.waitForFunction((id) => location.pathname === "/kind/budget_line/new" && location.search.includes(id), records[0].id);
  await page.context().close();
});
