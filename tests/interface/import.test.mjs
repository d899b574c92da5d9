// A list as people keep it: shown, mapped, joined with places whose names are seen first, taken in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { hamdil = await Hamdil.make({ demo: false }); browser = await launch(); });
after(async () => { await browser?.close(); await hamdil?.end(); });
const list = "DEMO matrix,,,\nSector,District,District code,Planned beneficiaries\nDialogue,Sooth,07,about 40 people\nMedia,North,07,30\nTotal,,,70\n";

for (const [language, width] of [["en", 1280], ["fa-AF", 360]])
  test(`a legacy list with codes of another list: ${language} at ${width} px`, async () => {
    const suffix = language === "en" ? "" : " B";
    for (const [title, code] of [["North", "07"], ["South", "08"]]) await hamdil.ask("POST", "/records/place", { title: title + suffix, fields: { code: code + suffix.trim() } });
    const page = await person(browser, hamdil, { language, width });
    await go(page, "/kind/activity_row/import");
    await page.locator("input[name=sender]").fill(`DEMO House ${language}`);
    await page.locator("input[type=file]").setInputFiles({ name: "m.csv", mimeType: "text/csv", buffer: Buffer.from(list.replaceAll("Sooth", "Sooth" + suffix).replaceAll("North", "North" + suffix).replaceAll(",07,", `,07${suffix.trim()},`)) });
    await page.locator(".hm-join li").first().waitFor();
    await page.locator(".hm-join li.code_other_name").waitFor(); // 07 is North here, the list says South
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.equal(await overflow(page), 0);
    assert.ok(!(await hamdil.ask("GET", "/records/activity_row")).total || language !== "en", "nothing is saved before it is confirmed");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

test("an accepted place is joined, kept for the sender and taken in", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/kind/activity_row/import");
  await page.locator("input[name=sender]").fill("DEMO Voice");
  await page.locator("input[type=file]").setInputFiles({ name: "m.csv", mimeType: "text/csv", buffer: Buffer.from("Sector,District\nDialogue,Nord\nMedia,Nord\n") });
  const row = page.locator(".hm-join li").first();
  await row.waitFor();
  await row.locator("input[type=text], input[role=combobox]").first().click();
  await page.getByRole("option", { name: /^North · 07/ }).first().click();
  await page.getByRole("button", { name: "Keep 1 joined places" }).click();
  await page.waitForFunction(() => !document.querySelector(".hm-join li"));
  await page.getByLabel("Leave out what cannot be read").check();
  await page.getByRole("button", { name: "Take them in" }).click();
  await page.getByRole("status").filter({ hasText: "2 made" }).waitFor();
  const made = (await hamdil.ask("GET", "/records/activity_row?f.sector=Media")).records[0];
  assert.equal(Object.values(made.references)[0].title, "North");
  await page.context().close();
});

test("cells are pasted: merged heads of two rows, a line break within a cell, a total", async () => {
  const page = await person(browser, hamdil);
  const html = '<table><tr><td rowspan="2">Title</td><td colspan="2">Period</td><td rowspan="2">Observation</td></tr><tr><td>Held on</td><td>Hours</td></tr><tr><td>DEMO tea</td><td>2026-03-01</td><td>2</td><td>first<br>second</td></tr><tr><td>Total</td><td></td><td>2</td><td></td></tr></table>';
  const text = 'Title\tHeld on\tObservation\nDEMO walk\t2026-03-02\t"said ""yes""\nand left"\nDEMO "play"\t2026-03-03\t5" pipe\n';
  for (const [given, rows] of [[{ "text/html": html, "text/plain": "x" }, 1], [{ "text/plain": text }, 2]]) {
    await go(page, "/kind/event/import");
    await page.locator("textarea[name=paste]").evaluate((field, all) => {
      const data = new DataTransfer();
      for (const [type, value] of Object.entries(all)) data.setData(type, value);
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, given);
    await page.getByRole("status").filter({ hasText: `${rows} rows: ${rows} would be made` }).waitFor();
    await page.getByRole("button", { name: "Take them in" }).click();
    await page.getByRole("status").filter({ hasText: `${rows} made` }).waitFor();
    await go(page, "/kind/event");
  }
  const made = (await hamdil.ask("GET", "/records/event?sort=title")).records;
  assert.deepEqual(made.map((one) => [one.title, one.fields.held_on, one.fields.observation]), [["DEMO \"play\"", "2026-03-03", "5\" pipe"], ["DEMO tea", "2026-03-01", "first\nsecond"], ["DEMO walk", "2026-03-02", "said \"yes\"\nand left"]]);
  assert.equal(made[1].fields.hours, 2);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
