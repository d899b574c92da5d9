// A list that was taken in is taken back with one click; what somebody changed since stays and is named. The bin says
// when what stands there goes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser;
before(async () => { [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]); });
after(async () => { await browser.close(); await hamdil.end(); });

const picture = async (page, name) => { if (process.env.HAMDIL_PICTURES) await page.screenshot({ path: `${process.env.HAMDIL_PICTURES}/${name}.png`, fullPage: true }); };

for (const [language, width] of [["fa-AF", 390], ["en", 1280]]) {
  test(`an import is taken back, ${language} at ${width}`, async () => {
    const page = await person(browser, hamdil, { language, width });
    await go(page, "/kind/activity/import");
    await page.locator("input[type=file]").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(`title\nFirst ${language}\nSecond ${language}\n`) });
    await page.locator(".v-btn.bg-primary:not([disabled])").click();
    await page.locator(".v-alert.text-success").waitFor();
    const made = (await hamdil.ask("GET", `/records/activity?words=${encodeURIComponent(language)}`)).records;
    assert.equal(made.length, 2);
    const first = made.find((one) => one.title.startsWith("First"));
    await hamdil.ask("PATCH", `/records/activity/${first.id}`, { title: `Changed ${language}` }, { "If-Match": `"${first.version}"` });
    await page.locator(".v-btn--variant-outlined:has-text('" + (language === "en" ? "Take this import back" : "پس گرفتن این ورود") + "')").click();
    await page.locator(".hm-undone").waitFor();
    await settled(page);
    assert.equal(await page.locator(`a[href$="${first.id}"]`).count(), 1);
    assert.ok((await overflow(page)) <= 0);
    assert.deepEqual(await violations(page), []);
    await picture(page, `undo-${language}`);
    const left = (await hamdil.ask("GET", `/records/activity?words=${encodeURIComponent(language)}`)).records;
    assert.deepEqual(left.map((one) => one.id), [first.id]);
    await go(page, "/kind/activity?bin=true");
    await settled(page);
    assert.ok((await hamdil.ask("GET", "/records/activity?bin=true")).records.every((one) => /^\d{4}-\d\d-\d\d$/.test(one.removed_on)));
    assert.ok((await overflow(page)) <= 0);
    assert.deepEqual(await violations(page), []);
    await picture(page, `bin-${language}`);
    assert.deepEqual([...page.complaints, ...page.outside], []);
  });
}
