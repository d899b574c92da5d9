// The plan, the budget and the results matrix against figures worked out by hand, written beside the data they come from.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, person, settled } from "./together.mjs";

let hamdil, browser, page;
const make = async (kind, title, fields = {}, ...steps) => {
  const made = await hamdil.ask("POST", `/records/${kind}`, { title, fields });
  for (const step of steps) await hamdil.ask("POST", `/records/${kind}/${made.id}/transitions/${step}`, {});
  return made.id;
};
before(async () => {
  [hamdil, browser] = await Promise.all([Hamdil.make({ demo: false }), launch()]);
  page = await person(browser, hamdil);
});
after(async () => { await browser.close(); await hamdil.end(); });

// The cells of a table, as they are read.
const cells = (scope, head) => page.locator(scope).locator("table").filter({ hasText: head }).first().locator("tr").evaluateAll((rows) =>
  rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent.replace(/\s+/g, " ").trim())));
const rowOf = (rows, first) => rows.find((row) => row.some((cell) => cell.includes(first))) ?? assert.fail(`no row ${first} in ${JSON.stringify(rows)}`);

test("which tasks allow no delay, and how much room the others have", async () => {
  // Days are whole and both ends count: A 1-10, B 11-20 after A, C 11-14 after A, D 21-25 after B and C, E 3-5 alone, F 24-25 alone.
  // The whole ends on 25. D must end by 25, so B and C by 20, so A by 10: A, B, D have none; C has 20 - 14 = 6; E has 25 - 5 = 20; F ends with the whole.
  const objective = await make("objective", "DEMO objective");
  const task = (title, from, to, after = []) => make("activity", title, {
    objective, starts: `2026-01-${from}`, ends: `2026-01-${to}`, ...(after.length && { depends_on: after }),
  });
  const a = await task("DEMO task A", "01", "10");
  const b = await task("DEMO task B", "11", "20", [a]);
  const c = await task("DEMO task C", "11", "14", [a]);
  await task("DEMO task D", "21", "25", [b, c]);
  await task("DEMO task E", "03", "05");
  await task("DEMO task F", "24", "25");
  await go(page, "/plan/gantt");
  const rows = await cells("main", "Room");
  for (const [letter, room] of [["A", "allows no delay"], ["B", "allows no delay"], ["C", "6 days of room"], ["D", "allows no delay"], ["E", "20 days of room"], ["F", "allows no delay"]])
    assert.equal(rowOf(rows, `DEMO task ${letter}`).at(-1), room, letter);
});

test("room is that of the whole plan: neither what is left out of sight nor what was given up moves it", async () => {
  // Of the plan above, which ends on 25 January: a milestone on the 15th has 10 days of room also where milestones alone are looked at.
  await make("milestone", "DEMO halfway", { ends: "2026-01-15" });
  const objective = await make("objective", "DEMO third objective");
  await make("activity", "DEMO given up", { objective, starts: "2026-03-01", ends: "2026-06-30" }, "cancel");
  await go(page, "/act/budget");
  await go(page, "/plan/gantt");
  const all = await cells("main", "Room");
  assert.ok(!all.some((row) => row[0].includes("given up")), "what was given up is no plan");
  assert.equal(rowOf(all, "DEMO task A").at(-1), "allows no delay");
  await go(page, "/plan/gantt?show=milestone");
  const some = await cells("main", "Room");
  assert.deepEqual(some.slice(1).map((row) => [row[0], row.at(-1)]), [["DEMO halfway", "10 days of room"]]);
});

test("lists add up what is declared as a sum, each currency for itself, and never people or numbers of versions", async () => {
  const foot = async (where) => { await go(page, "/act/budget"); await go(page, where); await page.locator("main tbody tr").first().waitFor(); await settled(page); return page.locator("main tfoot tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent.replace(/\s+/g, " ").trim()))); };
  await make("expenditure", "DEMO chairs", { amount: 120.5, currency: "USD", paid_on: "2026-02-01" });
  await make("expenditure", "DEMO tables", { amount: 79.5, currency: "USD", paid_on: "2026-02-02" });
  await make("expenditure", "DEMO tea", { amount: 300, currency: "TJS", paid_on: "2026-02-03" });
  assert.deepEqual(await foot("/kind/expenditure?columns=currency,amount"), [["Total: TJS", "", "300", "", ""], ["Total: USD", "", "200", "", ""]]);
  const event = await make("event", "DEMO meeting", { held_on: "2026-02-05" });
  for (const [title, people] of [["DEMO first evening", 12], ["DEMO second evening", 9]]) await make("participation", title, { event, counted: "participations", people });
  assert.deepEqual(await foot("/kind/participation?columns=people,new_people"), [], "who came twice is one person");
  const version = await make("budget_version", "DEMO fourth budget", { budget_number: "4", currency: "USD", decided_on: "2026-02-01" });
  const draft = await make("budget_version", "DEMO fifth budget", { budget_number: "5", currency: "USD", decided_on: "2026-02-02" });
  for (const [title, budget_version] of [["DEMO one", version], ["DEMO two", version], ["DEMO one again", draft]]) await make("budget_line", title, { budget_version, quantity: 3, unit_cost: 5, currency: "USD", year: 2026 });
  assert.deepEqual(await foot(`/kind/budget_line?columns=quantity,unit_cost,year,line_total&f.budget_version=${version}`), [["Total: USD", "", "", "", "30", "", ""]]);
  assert.deepEqual(await foot("/kind/budget_line?columns=line_total"), [], "the same costs stand in two versions");
});

test("a budget by activity, category, year and source, in each currency, of the version that holds", async () => {
  const objective = await make("objective", "DEMO second objective");
  const [training, fair] = [await make("activity", "DEMO training", { objective }), await make("activity", "DEMO fair", { objective })];
  const [one, two] = [await make("funding_source", "DEMO source one"), await make("funding_source", "DEMO source two")];
  const version = (title, number, ...steps) => make("budget_version", title, { budget_number: number, currency: "USD", decided_on: `2026-0${number}-01` }, ...steps);
  const old = await version("DEMO first budget", "1", "submit");
  const held = await version("DEMO second budget", "2", "submit");
  const next = await version("DEMO third budget", "3");
  const line = (title, fields) => make("budget_line", title, { budget_version: held, currency: "USD", year: 2026, ...fields });
  const categories = (await hamdil.ask("GET", "/kinds")).kinds.find((kind) => kind.name === "budget_line").fields.find((field) => field.name === "category").choices;
  const [first, second] = categories;
  // 12 × 3 × 40.10 = 1,443.60;  7 × 19.99 = 139.93;  0.1 × 3 × 0.2 = 0.06;  250 × 4 = 1,000 TJS;  the line of the old version (999) counts nowhere here.
  await line("DEMO trainers", { quantity: 12, frequency: 3, unit_cost: 40.1, activity: training, category: first.value, funding_source: one });
  await line("DEMO halls", { quantity: 7, unit_cost: 19.99, activity: fair, category: second.value, funding_source: one, year: 2027 });
  await line("DEMO pins", { quantity: 0.1, frequency: 3, unit_cost: 0.2, activity: fair, category: first.value, funding_source: two });
  await line("DEMO tea", { quantity: 250, unit_cost: 4, currency: "TJS", activity: fair, category: second.value });
  await line("DEMO not yet known", { quantity: 5, activity: fair, category: second.value });
  await make("budget_line", "DEMO of the old version", { budget_version: old, quantity: 1, unit_cost: 999, currency: "USD", year: 2026, activity: fair, category: first.value });
  await make("budget_line", "DEMO of the next version", { budget_version: next, quantity: 1, unit_cost: 77, currency: "USD", year: 2026, activity: fair, category: first.value });
  // What is approved takes no more lines.
  for (const [id, ...steps] of [[old, "approve", "replace"], [held, "approve"]])
    for (const step of steps) await hamdil.ask("POST", `/records/budget_version/${id}/transitions/${step}`, {});

  await go(page, "/act/budget");
  // Lines, TJS, USD.  USD: 1,443.60 + 139.93 + 0.06 = 1,583.59.
  const expect = async (by, rows) => {
    await page.getByRole("combobox", { name: "Sums by" }).press("ArrowDown");
    await page.getByRole("option", { name: by, exact: true }).click();
    await settled(page);
    const got = await cells("main", "Lines");
    for (const [name, ...numbers] of [...rows, ["Total", "5", "1,000", "1,583.59"]]) assert.deepEqual(rowOf(got, name).slice(1), numbers, `${by}: ${name}`);
    assert.equal(got.length, rows.length + 2, by);
  };
  await expect("Activity", [["DEMO training", "1", "", "1,443.6"], ["DEMO fair", "4", "1,000", "139.99"]]);
  await expect("Category", [[first.label, "2", "", "1,443.66"], [second.label, "3", "1,000", "139.93"]]);
  await expect("Year", [["2026", "4", "1,000", "1,443.66"], ["2027", "1", "", "139.93"]]);
  await expect("Funding source", [["DEMO source one", "2", "", "1,583.53"], ["DEMO source two", "1", "", "0.06"], ["not given", "2", "1,000", ""]]);
  // Another version is chosen by name.
  await page.getByRole("combobox", { name: "Budget", exact: true }).press("ArrowDown");
  await page.getByRole("option", { name: "DEMO first budget" }).click();
  await settled(page);
  assert.deepEqual(rowOf(await cells("main", "Lines"), "Total").slice(1), ["1", "999"]);
});

test("the results matrix: the last verified value of the whole, never a refused one and never a part", async () => {
  const objective = await make("objective", "DEMO trust grows", { level: "outcome" });
  const indicator = await make("monitoring_indicator", "DEMO share who trust", { objective, level: "outcome", unit: "percent", baseline: 41.5 });
  await make("indicator_target", "DEMO target 2026", { indicator, value: 50, due: "2026-12-31" });
  await make("indicator_target", "DEMO target 2027", { indicator, value: 55, due: "2027-12-31" });
  const place = await make("place", "DEMO district");
  const value = (title, number, ends, more, ...steps) => make("measurement", title, { indicator, value: number, ends, ...more }, ...steps);
  await value("DEMO spring", 44.25, "2026-04-30", {}, "verify");
  await value("DEMO summer", 47, "2026-08-31", {}, "verify");
  await value("DEMO summer, one district", 63, "2026-09-30", { place }, "verify");
  await value("DEMO refused", 90, "2026-10-31", {}, "reject");
  await value("DEMO not looked at", 48, "2026-11-15");
  const early = await make("monitoring_indicator", "DEMO meetings held", { objective, level: "output", unit: "count" });
  await make("measurement", "DEMO not verified", { indicator: early, value: 12, ends: "2026-05-31" });
  await go(page, "/act/matrix");
  const rows = await cells("main", "Baseline");
  assert.deepEqual(rowOf(rows, "DEMO share who trust").slice(-3), ["41.5", "55", "47"]);
  assert.deepEqual(rowOf(rows, "DEMO meetings held").slice(-2), ["Set a target", "12 Draft"]);
});
