// Every kind of record that people write, through the interface: made, linked, restored from the bin, exported; every eighth kind, or all of them with HAMDIL_KINDS=all, also changed, brought back to a version and found.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, person } from "./together.mjs";

let hamdil, browser, kinds, deep;
before(async () => {
  [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]);
  kinds = (await hamdil.ask("GET", "/kinds")).kinds.filter((kind) => !kind.made_by_program);
  if (process.env.HAMDIL_KINDS && process.env.HAMDIL_KINDS !== "all") kinds = kinds.filter((kind) => process.env.HAMDIL_KINDS.split(",").includes(kind.name));
  deep = new Set(process.env.HAMDIL_KINDS ? kinds : kinds.filter((_, number) => number % 8 === 0));
});
after(async () => { await browser.close(); await hamdil.end(); });

const saved = (page) => page.locator(".hm-saved").filter({ hasText: /\d\d:\d\d/ }).waitFor();
// A record of another kind that this one can point at.
const known = new Map();
async function some(kind) {
  if (!known.has(kind)) known.set(kind, (await hamdil.ask("GET", `/records/${kind}?limit=1`)).records[0] ?? null);
  return known.get(kind);
}
async function linkable(kind) {
  const out = [];
  for (const field of kind.fields.filter((one) => one.type === "reference" && one.refers_to)) {
    const found = await some(field.refers_to);
    if (found && (field.required || !out.length)) out.push({ field, found });
  }
  return out;
}
// What this kind wants from its first day on, typed as a person would.
async function fill(page, kind) {
  for (const field of kind.fields.filter((one) => one.required)) {
    const input = page.locator(`input[name="${field.name}"], textarea[name="${field.name}"]`).first();
    if (field.list) {
      await page.locator(`[data-field="${field.name}"] input[type=text]`).first().fill(field.list === "currency" ? "USD" : "Tajik");
      await page.locator(".v-overlay--active .v-list-item").first().click();
    } else if (["text", "long_text"].includes(field.type)) await input.fill("Words");
    if (field.type === "number" || field.type === "integer") await input.fill(String(Math.max(1, field.least ?? 1)));
    if (field.type === "date") await input.fill("2026-11-22");
    if (field.type === "choice") {
      await page.locator(".v-select").filter({ hasText: field.label }).first().locator(".v-field").click();
      await page.locator(".v-overlay--active .v-list-item").first().click();
    }
  }
}
// Made from the page of another record where there is one: the link is filled in, and leads there where it is followed.
async function create(page, kind, follow) {
  const title = `Journey of ${kind.name} ${Math.random().toString(36).slice(2, 8)}`;
  const links = await linkable(kind);
  const link = links[0];
  await go(page, `/kind/${kind.name}/new?${new URLSearchParams(links.map((one) => [one.field.name, one.found.id]))}`);
  await page.locator("[name=title]").fill(title);
  await page.locator("button[type=submit]").click();
  await page.getByRole("tab").or(page.locator(".v-input--error")).first().waitFor();
  if (await page.locator(".v-input--error").count()) {
    await fill(page, kind);
    await page.locator("button[type=submit]").click();
  }
  await page.getByRole("tab").first().waitFor();
  const id = new URL(page.url()).pathname.split("/").pop();
  const made = await hamdil.ask("GET", `/records/${kind.name}/${id}`);
  assert.equal(made.title, title);
  if (link) {
    assert.equal(made.fields[link.field.name], link.found.id);
    assert.ok((await hamdil.ask("GET", `/records/${kind.name}/${id}/links`)).refers_to.some((one) => one.id === link.found.id));
  }
  if (link && follow) {
    await page.getByRole("tab").nth(2).click();
    await page.locator(`a[href="/kind/${link.field.refers_to}/${link.found.id}"]`).first().waitFor();
    await page.getByRole("tab").nth(0).click();
  }
  return { title, id };
}
async function restored(page, kind, { title, id }) {
  await go(page, `/kind/${kind.name}?bin=true`);
  await page.locator("tr", { hasText: title }).getByRole("button").click();
  await page.locator("tr", { hasText: title }).waitFor({ state: "detached" });
  assert.equal((await hamdil.ask("GET", `/records/${kind.name}/${id}`)).deleted, false);
}
async function brief(page, kind) {
  const record = await create(page, kind, false);
  const { version } = await hamdil.ask("GET", `/records/${kind.name}/${record.id}`);
  await hamdil.ask("DELETE", `/records/${kind.name}/${record.id}`, undefined, { "If-Match": `"${version}"` });
  await restored(page, kind, record);
  return record;
}
async function journey(page, kind) {
  const { title, id } = await create(page, kind, true);
  // Changed; saved when the field is left.
  await page.locator("[name=title]").fill(`${title} changed`);
  await page.locator("[name=title]").blur();
  await saved(page);
  assert.equal((await hamdil.ask("GET", `/records/${kind.name}/${id}`)).title, `${title} changed`);
  // Back to the first version.
  await page.getByRole("tab").nth(3).click();
  await page.locator("del", { hasText: title }).first().waitFor();
  await page.getByRole("button", { name: /version 1/i }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Go back" }).click();
  await page.waitForFunction((wanted) => document.querySelector("main h1").textContent === wanted, title);
  assert.equal((await hamdil.ask("GET", `/records/${kind.name}/${id}`)).title, title);
  // Into the bin and out of it.
  await page.getByRole("button", { name: "Move to the bin" }).click();
  await page.waitForURL(`**/kind/${kind.name}`);
  await restored(page, kind, { title, id });
  return { title, id };
}
async function found(page, kind, { title, id }) {
  await page.locator("#content").focus();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").locator("input").fill(title.split(" ").at(-1));
  await page.getByRole("dialog").locator("li", { hasText: title }).getByRole("button").click();
  await page.waitForURL(`**/kind/${kind.name}/${id}`);
}
// The record by its title; where that names a person, the title stays here.
function holds(kind, file, { title }) {
  assert.equal(file.includes(title), !kind.title_is_personal, kind.title_is_personal ? "the export names nobody" : "the export holds the record");
}
async function exported(page, kind, { title }) {
  await go(page, `/kind/${kind.name}?words=${title.split(" ").at(-1)}`);
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".v-overlay .v-list-item", { hasText: "JSON" }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  holds(kind, Buffer.concat(chunks).toString("utf8"), { title });
}

test("records of every kind", async () => {
  const waiting = [...kinds];
  const failed = [];
  const openApi = await hamdil.ask("GET", "/openapi.json");
  const exports = Object.keys(openApi.paths).some((path) => path.includes("/export/"));
  const work = async () => {
    const page = await person(browser, hamdil);
    for (let kind = waiting.pop(); kind; kind = waiting.pop()) {
      try {
        const record = await (deep.has(kind) ? journey : brief)(page, kind);
        if (deep.has(kind)) await found(page, kind, record);
        // Through the menu for every sixteenth kind, or all of them; the same file is asked of the server for the others.
        if (exports && (process.env.HAMDIL_KINDS || kinds.indexOf(kind) % 16 === 0)) await exported(page, kind, record);
        else if (exports) holds(kind, await (await fetch(`${hamdil.origin}/api/v1/export/${kind.name}?format=csv`, { headers: { Authorization: `Bearer ${hamdil.token}` } })).text(), record);
        assert.deepEqual(page.complaints.splice(0), []);
      } catch (error) {
        const said = await page.getByRole("alert").or(page.getByRole("status")).or(page.locator(".v-input--error")).allInnerTexts().catch(() => []);
        failed.push(`${kind.name}: ${error.message.split("\n").slice(0, 3).join(" ")} [${said.filter(Boolean).join(" / ")}] ${page.url()}`);
        if (failed.length > 8) waiting.length = 0;
        await page.goto(hamdil.origin);
      }
    }
    await page.context().close();
  };
  await Promise.all([work(), work(), work(), work()]);
  assert.deepEqual(failed, []);
  console.log(`# ${kinds.length} kinds${exports ? "" : "; this server has no export yet, which was left out"}`);
});
