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

// What each record lacks, by the heading of its card or, of what a rule of the server says, by the sentence in it.
const kOrphans = {
  "DEMO requirement": ["Binding requirements that no deliverable or section meets", "It is not said to what this belongs"],
  "DEMO deliverable": ["Deliverables without terms of reference", "Deliverables without an acceptance indicator"],
  "DEMO sign": ["It is not said to what this belongs"],
  "DEMO question": ["No row of the matrix says how this question is answered", "Questions that no finding answers"],
  "DEMO finding": ["This names no evidence", "Findings that lead to nothing"],
  "DEMO recommendation": ["This recommendation names no finding", "Recommendations that no activity carries out"],
  "DEMO objective": ["Objectives without a barrier, finding or objective above them", "Objectives without an activity", "This is missing for the objective: Monitoring indicator"],
  "DEMO early": ["Activities without an objective", "Activities without a budget line", "It begins before DEMO first ends"],
  "DEMO backwards": ["Activities without an objective", "Activities without a budget line", "lies before"],
  "DEMO waiting": ["Activities without an objective", "Activities without a budget line", "Activities that wait for one that was given up"],
  "DEMO line": ["It is not said to what this belongs", "It is not said for which activity this cost is"],
  "DEMO line of nothing": ["Budget lines of activities that were given up"],
  "DEMO indicator": ["Indicators without an objective or activity", "No target is set for this indicator", "Indicators that were never measured"],
  "DEMO target": ["It is not said to what this belongs"],
  "DEMO measurement": ["It is not said to what this belongs"],
};

// What a rule of the server says is not said a second time in the words of the page.
const kSaidByRules = {
  "DEMO sign": /Acceptance indicators without|to what this belongs/,
  "DEMO question": /row/,
  "DEMO finding": /evidence/,
  "DEMO recommendation": /Recommendations without a finding|names no finding/,
  "DEMO objective": /without an indicator|for the objective: Monitoring indicator/,
  "DEMO early": /start before|begins before/,
  "DEMO backwards": /end before|lies before/,
  "DEMO line": /without an activity|It is not said for which activity this cost is/,
  "DEMO indicator": /target/,
  "DEMO target": /without an indicator|to what this belongs/,
  "DEMO measurement": /without an indicator|to what this belongs/,
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
  await make("activity", "DEMO backwards", { starts: "2026-04-15", ends: "2026-04-01" });
  const gone = await make("activity", "DEMO gone", { starts: "2026-05-01", ends: "2026-05-31", objective: served }, "cancel");
  await make("activity", "DEMO waiting", { starts: "2026-06-01", ends: "2026-06-30", depends_on: [gone] });
  await make("budget_line", "DEMO line");
  await make("budget_line", "DEMO line of nothing", { activity: gone });
  await make("monitoring_indicator", "DEMO indicator");
  await make("indicator_target", "DEMO target");
  await make("measurement", "DEMO measurement");
  await go(page, "/findings/check");
  await page.locator("main h2").filter({ hasText: "Indicators that were never measured" }).waitFor();
  const entries = await page.locator("main .v-card").evaluateAll((cards) => cards.flatMap((card) =>
    [...card.querySelectorAll("li")].map((one) => ({ title: one.querySelector("a").textContent, says: `${card.querySelector("h2, h3").textContent} ${one.textContent}` }))));
  for (const [title, lacks] of Object.entries(kOrphans))
    for (const lack of lacks) assert.equal(entries.filter((one) => one.title === title && one.says.includes(lack)).length, 1, `${title}: ${lack}\n${JSON.stringify(entries.filter((one) => one.title === title), null, 1)}`);
  for (const [title, twice] of Object.entries(kSaidByRules))
    assert.equal(entries.filter((one) => one.title === title && twice.test(one.says)).length, 1, `${title} stands once: ${twice}`);
  assert.ok(!entries.some((one) => one.title === "DEMO gone"), "what was given up needs nothing");
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
  await broken.getByText(/پیش از پایان.*۱۱ حمل ۱۴۰۵/).waitFor(); // what it waits for ends on 31 March 2026
  await broken.getByText(/موعد.*۱۱ حمل ۱۴۰۵/).waitFor(); // and it was due then
  assert.ok(!(await broken.first().textContent()).includes("2026-03-31"));
  await page.context().close();
});

test("a plan offers versions of its own and makes the next one its part", async () => {
  const version = (of, number) => make("plan_version", `DEMO version ${number}`, { plan_of_action: of, version_number: number });
  const [ours, other] = [await make("plan_of_action", "DEMO plan"), await make("plan_of_action", "DEMO other plan")];
  await version(ours, 1);
  const theirs = await version(other, 2);
  await go(page, `/kind/plan_of_action/${ours}`);
  const field = page.locator("[data-field=current_version]");
  await field.locator("input").click();
  await page.getByRole("option", { name: "DEMO version 1" }).waitFor();
  assert.equal(await page.getByRole("option", { name: "DEMO version 2" }).count(), 0);
  await field.locator("input").fill("DEMO version 3");
  await page.getByRole("option", { name: /DEMO version 3/ }).click();
  await page.waitForFunction(() => document.querySelector("[data-field=current_version]").textContent.includes("DEMO version 3"));
  const made = (await hamdil.ask("GET", "/records/plan_version?words=version")).records.find((one) => one.title === "DEMO version 3");
  assert.equal(made.fields.plan_of_action, ours);
  // What came from elsewhere is told.
  await hamdil.ask("PATCH", `/records/plan_of_action/${other}`, { fields: { current_version: made.id } }, { "If-Match": "*" });
  const rules = (await hamdil.ask("GET", `/records/plan_of_action/${other}`)).rules;
  assert.match(rules.find((one) => one.id === "plan_of_action.current_version_of_the_same_whole").text, /DEMO version 3/);
  await hamdil.ask("PATCH", `/records/plan_of_action/${other}`, { fields: { current_version: theirs } }, { "If-Match": "*" });
});
