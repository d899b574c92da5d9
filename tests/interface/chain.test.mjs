// The check of the chain: one record for every orphan and contradiction, and none of them twice; what was given up needs nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, Hamdil, launch, person } from "./together.mjs";

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

const kOrphans = {
  "Binding requirements that no deliverable or section meets": "DEMO requirement",
  "Deliverables without terms of reference": "DEMO deliverable",
  "Deliverables without an acceptance indicator": "DEMO deliverable",
  "Acceptance indicators without a deliverable": "DEMO sign",
  "Questions without a row in the evaluation matrix": "DEMO question",
  "Questions that no finding answers": "DEMO question",
  "Findings without evidence": "DEMO finding",
  "Findings that lead to nothing": "DEMO finding",
  "Recommendations without a finding": "DEMO recommendation",
  "Objectives without a barrier, finding or objective above them": "DEMO objective",
  "Objectives without an activity": "DEMO objective",
  "Objectives without an indicator": "DEMO objective",
  "Activities without an objective": "DEMO early",
  "Activities without a budget line": "DEMO early",
  "Activities that start before what they wait for has ended": "DEMO early",
  "Activities that wait for one that was given up": "DEMO waiting",
  "Budget lines of activities that were given up": "DEMO line of nothing",
  "Budget lines without an activity": "DEMO line",
  "Indicators without an objective or activity": "DEMO indicator",
  "Indicators without a target": "DEMO indicator",
  "Indicators that were never measured": "DEMO indicator",
  "Targets without an indicator": "DEMO target",
  "Measurements without an indicator": "DEMO measurement",
};

test("every orphan and contradiction of the chain stands there with its link", async () => {
  await make("requirement", "DEMO requirement", { need: "required" });
  await make("deliverable", "DEMO deliverable");
  await make("acceptance_indicator", "DEMO sign");
  await make("evaluation_question", "DEMO question");
  await make("finding", "DEMO finding");
  await make("recommendation", "DEMO recommendation");
  await make("objective", "DEMO objective");
  const served = await make("objective", "DEMO served objective");
  const first = await make("activity", "DEMO first", { starts: "2026-03-01", ends: "2026-03-31" });
  await make("activity", "DEMO early", { starts: "2026-03-15", ends: "2026-04-30", depends_on: [first] });
  const gone = await make("activity", "DEMO gone", { starts: "2026-05-01", ends: "2026-05-31", objective: served }, "cancel");
  await make("activity", "DEMO waiting", { starts: "2026-06-01", ends: "2026-06-30", depends_on: [gone] });
  await make("budget_line", "DEMO line");
  await make("budget_line", "DEMO line of nothing", { activity: gone });
  await make("monitoring_indicator", "DEMO indicator");
  await make("indicator_target", "DEMO target");
  await make("measurement", "DEMO measurement");
  await go(page, "/findings/check");
  await page.locator("main h2").filter({ hasText: "Measurements without" }).waitFor();
  for (const [check, title] of Object.entries(kOrphans)) {
    const card = page.locator("main .v-card").filter({ has: page.getByRole("heading", { name: check }) });
    assert.equal(await card.count(), 1, check);
    const links = await card.getByRole("link").allTextContents();
    assert.ok(links.includes(title), `${check}: ${links}`);
    assert.ok(!links.includes("DEMO gone"), `${check}: what was given up needs nothing`);
  }
});

test("a task without days does not break the way to the next one", async () => {
  // A ends on the 10th, B has no days and waits for A, C starts on the 11th and waits for B, and the whole ends with C: A allows no delay.
  const a = await make("milestone", "DEMO way A", { starts: "2027-01-01", ends: "2027-01-10" });
  const b = await make("milestone", "DEMO way B", { depends_on: [a] });
  await make("milestone", "DEMO way C", { starts: "2027-01-11", ends: "2027-01-20", depends_on: [b] });
  await go(page, "/plan/gantt?show=milestone");
  const row = page.locator("main table tr").filter({ hasText: "DEMO way A" });
  assert.match(await row.textContent(), /allows no delay/);
});

test("sentences of the server name days of the reader", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 390 });
  await go(page, "/findings/check");
  const broken = page.locator("main .hm-broken").filter({ hasText: "DEMO early" });
  await broken.getByText("۱۱ حمل ۱۴۰۵").waitFor(); // what it waits for ends on 31 March 2026
  assert.ok(!(await broken.first().textContent()).includes("2026-03-31"));
  await page.context().close();
});
