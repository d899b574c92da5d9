// What every table and chart offers: copied, taken along as a file, linked to, and told how it was computed; lists in the language of who reads them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]); });
after(async () => { await browser?.close(); await hamdil?.end(); });

const kTools = /^Take along/;
async function bytesOf(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const closed = (page) => page.waitForFunction(() => !document.querySelector(".v-menu > .v-overlay__content"));
async function taken(page, name, index = 0) {
  await page.getByRole("button", { name: kTools }).nth(index).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".v-overlay--active .v-list-item").filter({ hasText: new RegExp(`^${name}$`) }).click()]);
  await closed(page);
  return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
}
async function copied(page, what, index = 0) {
  await page.evaluate(() => { globalThis.taken = null; addEventListener("copy", (event) => { globalThis.taken = [event.clipboardData.getData("text/plain"), event.clipboardData.getData("text/html")]; }, { once: true }); });
  await page.getByRole("button", { name: kTools }).nth(index).click();
  await page.locator(".v-overlay--active .v-list-item", { hasText: what }).click();
  await page.getByRole("status").filter({ hasText: "Copied." }).waitFor();
  await closed(page);
  return page.evaluate(() => globalThis.taken);
}

for (const [where, file] of [["/plan/gantt", "Plan of dates"], ["/act/matrix", "Results matrix"], ["/act/budget", "Sums"], ["/findings/check", "Check of the chain"]])
  test(`${where}: copied, CSV, XLSX, and how`, async () => {
    const page = await person(browser, hamdil);
    await go(page, where);
    await page.getByRole("button", { name: kTools }).first().waitFor();
    const csv = await taken(page, "CSV");
    assert.match(csv.name, new RegExp(`^DEMO-${file} \\d{4}-\\d\\d-\\d\\d\\.csv$`));
    const rows = csv.bytes.toString("utf8").trim().split("\r\n");
    assert.ok(rows.length > 1, "there are rows");
    assert.ok(rows.every((row) => row.includes("DEMO")), "every row says that it is the demonstration");
    const xlsx = await taken(page, "XLSX");
    assert.equal(xlsx.bytes.subarray(0, 2).toString(), "PK");
    await page.getByRole("button", { name: kTools }).first().click();
    await page.locator(".v-overlay--active .v-list-item", { hasText: "How this is computed" }).click();
    await page.getByRole("dialog").getByText(/.{60,}/).first().waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

test("the sums of the budget are numbers in what is copied, and the link leads to the same view", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/act/budget?by=category");
  await settled(page);
  const [text, html] = await copied(page, "Copy the table");
  const lines = text.split("\n").map((line) => line.split("\t"));
  assert.equal(lines[0][0], "Category");
  const total = lines.at(-1);
  const sum = lines.slice(1, -1).reduce((all, line) => all + Number(line[2]), 0);
  assert.equal(Number(total[2]), sum);
  assert.ok(html.startsWith("<table") && html.includes(`<td>${sum}</td>`));
  const [link] = await copied(page, "Copy the link");
  assert.equal(link, `${hamdil.origin}/act/budget?by=category`);
  await page.goto(link);
  await page.getByRole("columnheader", { name: "Category" }).first().waitFor();
  await page.context().close();
});

test("the plan as SVG and PNG, in English and Dari", async () => {
  for (const language of ["en", "fa-AF"]) {
    const page = await person(browser, hamdil, { language });
    await go(page, "/plan/gantt");
    const open = () => page.locator("main .hm-head button[aria-haspopup=menu]").click();
    const take = async (name) => { await open(); const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".v-overlay--active .v-list-item").filter({ hasText: new RegExp(`^${name}$`) }).click()]); await closed(page); return bytesOf(download); };
    const svg = (await take("SVG")).toString("utf8");
    assert.match(svg, /^<svg xmlns=/);
    assert.match(svg, /DEMO/);
    assert.equal(svg.includes('direction="rtl"'), language === "fa-AF");
    const png = await take("PNG");
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.ok(png.readUInt32BE(16) > 1000, "wide enough to print");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});

test("a list is written in the language of who reads it, and its export menu says what each is for", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF" });
  await go(page, "/kind/budget_line");
  await page.getByRole("button", { name: "خروجی" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".v-overlay--active .v-list-item", { hasText: "جدول ساده" }).click()]);
  assert.match(download.suggestedFilename(), /^DEMO-[^A-Za-z]+ 14\d\d-\d\d-\d\d\.csv$/u); // in the language and calendar of the reader
  const csv = (await bytesOf(download)).toString("utf8");
  assert.ok(csv.includes("عنوان") && csv.includes("مجموع") && csv.includes("DEMO: "), csv.slice(0, 300));
  const back = await (await fetch(`${hamdil.origin}/api/v1/import/budget_line?dry_run=true`, { method: "POST", headers: { Authorization: `Bearer ${hamdil.token}` }, body: csv })).json();
  assert.deepEqual([back.created, back.changed, back.problems], [0, 0, []]);
  assert.equal(await page.locator("main tfoot tr").count(), 1, "one currency, one sum");
  await page.context().close();
});

test("what is copied or taken as CSV never starts a formula", async () => {
  const other = await Hamdil.make({ demo: false });
  try {
    const titles = ['=HYPERLINK("x")', "+1+1", "-1+1", "@SUM(A1)"];
    for (const title of titles) await other.ask("POST", "/records/milestone", { title, fields: { ends: "2026-03-05" } });
    const page = await person(browser, other);
    await go(page, "/plan/gantt?as=table");
    await page.getByRole("rowheader", { name: "+1+1" }).waitFor();
    const first = (rows) => rows.slice(1).map((row) => row[0]).sort();
    const guarded = titles.map((title) => `'${title}`).sort();
    const [text, html] = await copied(page, "Copy the table");
    assert.deepEqual(first(text.split("\n").map((line) => line.split("\t"))), guarded);
    const cells = await page.evaluate((table) => [...new DOMParser().parseFromString(table, "text/html").querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.textContent)), html);
    assert.deepEqual(first(cells), guarded);
    const csv = (await taken(page, "CSV")).bytes.toString("utf8").slice(1).trim().split("\r\n");
    assert.deepEqual(first(csv.map((row) => row.slice(1, -1).split('","').map((cell) => cell.replaceAll('""', '"')))), guarded);
    await page.context().close();
  } finally {
    await other.end();
  }
});
