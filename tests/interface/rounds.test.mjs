// A round by e-mail: out as a spreadsheet, back changed by another program, decided cell by cell.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { hamdil = await Hamdil.make({ demo: false }); browser = await launch(); });
after(async () => { await browser?.close(); await hamdil?.end(); });
const read = async (id) => (await hamdil.ask("GET", `/records/visit/${id}`)).fields;

// What a partner's spreadsheet program does to the text of a cell.
function rewrite(file, from, to) {
  const script = "import sys,zipfile,shutil\na,f,t=sys.argv[1:]\nz=zipfile.ZipFile(a);n={i:z.read(i) for i in z.namelist()}\nassert any(f.encode() in b for b in n.values())\no=zipfile.ZipFile(a,'w')\n[o.writestr(i,b.replace(f.encode(),t.encode())) for i,b in n.items()]\no.close()";
  const done = spawnSync("python3", ["-c", script, file, from, to], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
}

for (const [language, width] of [["en", 1280], ["fa-AF", 360]])
  test(`out, back and decided: ${language} at ${width} px`, async () => {
    const made = await hamdil.ask("POST", "/records/visit", { title: `Round ${language}`, fields: { purpose: `What we wrote ${language}` } });
    const page = await person(browser, hamdil, { language, width });
    const kind = (await hamdil.ask("GET", "/kinds", undefined, { "Accept-Language": language })).kinds.find((one) => one.name === "visit");
    await go(page, "/coordinate/rounds?kind=visit");
    await page.locator("input[name=sent_to]").fill("Partner in the north");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".hm-cards button.bg-primary").click()]);
    const file = path.join(hamdil.folder, `${language}.xlsx`);
    await download.saveAs(file);
    rewrite(file, `What we wrote ${language}`, "What they wrote");
    await page.locator("input[type=file]").setInputFiles(file);
    await page.locator("#round-result").waitFor();
    await settled(page);
    const cell = page.locator(".hm-rounds > li").first();
    await cell.getByText("What they wrote").waitFor();
    assert.ok((await cell.textContent()).includes(kind.fields.find((field) => field.name === "purpose").label));
    assert.deepEqual(await violations(page), []);
    assert.equal(await overflow(page), 0);
    // A refusal needs a reason.
    const [accept, refuse] = [cell.locator(".hm-decide button").nth(0), cell.locator(".hm-decide button").nth(1)];
    const confirm = page.locator(".hm-confirm button").first();
    await refuse.click();
    assert.ok(await confirm.isDisabled());
    await accept.click();
    await confirm.click();
    await page.getByRole("status").filter({ hasText: language === "en" ? "1" : "۱" }).waitFor();
    assert.equal((await read(made.id)).purpose, "What they wrote");
    await settled(page);
    assert.deepEqual(await violations(page), []);
    assert.equal(await overflow(page), 0);
    const round = (await hamdil.ask("GET", "/records/mail_round?sort=-changed_at")).records[0];
    assert.equal(round.fields.sent_to, "Partner in the north");
    assert.equal(round.fields.accepted, 1);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
    fs.rmSync(file);
  });

test("a file without keys says what to do", async () => {
  const page = await person(browser, hamdil);
  await go(page, "/coordinate/rounds");
  await page.locator("input[type=file]").setInputFiles({ name: "x.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("id,title\n") });
  await page.getByRole("alert").filter({ hasText: "keys of a round" }).waitFor();
  await page.context().close();
});
