// Every page in Dari and Tajik: no word of another language is left on it, in texts, labels or what a screen reader says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, person, settled } from "./together.mjs";

let hamdil, browser, kinds;
before(async () => {
  [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]);
  kinds = (await hamdil.ask("GET", "/kinds")).kinds;
});
after(async () => { await browser.close(); await hamdil.end(); });

// What stays in Latin letters in every language, and why.
const kNames = [
  /DEMO[^\n]*/g,                                        // the invented data of the demonstration, in English
  /\bHamdil\b|\btester\b|demonstration programme/g,     // the program; who works in this test, and who wrote its records
  /\b(English|AnalysisSpec|GeoJSON|content\/access-policy\.yaml)\b/g, // names of a language, of forms of data, of a file
  /\b(XLSX|CSV|JSON|DOCX|PDF|HTML|PIN|QR|DOI|ICC|5W|HXL|USD|TJS|AFN|ID|MB|SMART)\b/gi, // formats and units that have no other name
  /\b(Ctrl|Shift|Enter|Esc|Tab|K|S|N|G)\b/g,                  // keys as they stand on the keyboard
  /#[0-9a-f]{6}\b/g,                                    // an example of a colour
  /\b[a-z0-9.]+@[a-z0-9.]+\b|https?:\/\/\S+/g,          // addresses
  /\bhamdil (serve|[a-z ]+)\b/g,                        // commands
];
const left = (text) => kNames.reduce((rest, name) => rest.replace(name, " "), text).match(/[A-Za-z]{2,}/g) ?? [];

// Texts that people read, and those that are read to them; what records say is somebody's own.
function textsOf(page) {
  return page.evaluate(() => {
    const out = [];
    const own = "bdi a[href^='/kind/'][href*='-'], [data-own], pre, code, td bdi, th bdi, .hm-text, input, textarea, [lang]:not(html)";
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("script, style, noscript, svg") || element.closest(own)) continue;
      if (element.getClientRects().length || element.closest(".d-sr-only, .hm-away")) out.push(node.data.trim());
    }
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
      for (const name of ["aria-label", "title", "placeholder", "alt"]) if (element.hasAttribute(name) && !element.closest(own)) out.push(element.getAttribute(name));
    return [...new Set(out)];
  });
}
// Every page, and every tenth kind: what the others say comes from the same forms, and is read below as the server sends it.
async function addresses() {
  const one = async (kind) => (await hamdil.ask("GET", `/records/${kind}?limit=1`)).records[0]?.id;
  return [
    "/", ...["plan", "evidence", "analyse", "findings", "products", "act", "coordinate", "settings"].map((name) => `/page/${name}`),
    "/plan/gantt", "/act/matrix", "/act/budget", "/findings/check", "/products", "/plan/terms", "/coordinate/rounds",
    `/kind/activity/${await one("activity")}`, `/kind/objective/${await one("objective")}`, `/kind/visit/${await one("visit")}`, "/kind/activity/import", "/kind/no_such_kind",
    ...kinds.filter((kind, index) => index % 10 === 0).flatMap((kind) => [`/kind/${kind.name}`, ...(kind.made_by_program ? [] : [`/kind/${kind.name}/new`])]),
  ];
}
// What forms and lists are made from, of all kinds; names in the lists of codes come from the Unicode data.
async function declared(language) {
  const told = await hamdil.ask("GET", "/kinds", undefined, { "Accept-Language": language });
  const out = [];
  const walk = (value, where) => {
    if (typeof value === "string") out.push([where, value]);
    else for (const [name, part] of Object.entries(value ?? {})) if (!["name", "value", "type", "area", "refers_to", "list", "personal", "from", "to", "needs", "part_of", "not_before", "summed_within", "within", "happened_in", "due", "done_in", "name_field", "columns", "period", "currency", "locked_in", "factors", "factors_or_one"].includes(name)) walk(part, `${where}/${value[name]?.name ?? name}`);
  };
  for (const part of [told.areas, told.kinds]) walk(part, "");
  return out;
}

for (const language of ["fa-AF", "tg"])
  test(`${language}: no other words on any page`, { concurrency: true }, async () => {
    const page = await person(browser, hamdil, { language, width: 390 });
    const found = new Map();
    const look = async (where) => {
      await settled(page);
      await page.evaluate(() => { for (const button of document.querySelectorAll("main form button[aria-expanded=false]")) button.click(); });
      await settled(page);
      for (const text of await textsOf(page)) if (left(text).length && !found.has(text)) found.set(text, where);
    };
    for (const [where, text] of await declared(language)) if (left(text).length) found.set(text, where);
    for (const where of await addresses()) {
      await go(page, where);
      await look(where);
    }
    await go(page, `/kind/activity/${(await hamdil.ask("GET", "/records/activity?limit=1")).records[0].id}`);
    for (const tab of [1, 2, 3]) {
      await page.getByRole("tab").nth(tab).click();
      await look(`tab ${tab}`);
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await look("search");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.locator("#content").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await look("keys");
    assert.deepEqual([...found].map(([text, where]) => `${where}: ${text}`), []);
    await page.context().close();
  });
