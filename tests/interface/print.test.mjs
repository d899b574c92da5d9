// Papers for the field on A4: consent, attendance, guide, questionnaire; in the language that was chosen, without names.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Hamdil, go, launch, overflow, person, settled, violations } from "./together.mjs";

let hamdil, browser, papers;
const first = async (kind) => (await hamdil.ask("GET", `/records/${kind}?limit=1`)).records[0];
before(async () => {
  [hamdil, browser] = await Promise.all([Hamdil.make(), launch()]);
  const guide = await hamdil.ask("POST", "/records/guide", { title: "DEMO guide", fields: { method: "focus_group", opening: "Welcome to {place}.", closing: "Thank you.", caution: "No names.", questions: [{ minutes: 5, text: "What is a good day here?" }, { minutes: 10, text: "Where do people meet?", probes: ["market", "school"] }] } });
  papers = {
    consent: ["consent_record", (await first("consent_record")).id, { en: "Write no name", tg: "ном нанависед", "fa-AF": "نام ننویسید" }],
    attendance: ["training_session", (await first("training_session")).id, { en: "Signature or thumb print", tg: "Имзо", "fa-AF": "امضا" }],
    guide: ["guide", guide.id, { en: "15 minutes", tg: "15 дақиқа", "fa-AF": "دقیقه" }],
  };
});
after(async () => { await browser?.close(); await hamdil?.end(); });

async function paper(page, kind, id, sheet, language) {
  await go(page, `/print/${kind}/${id}?sheet=${sheet}&language=${language}`);
  await page.locator(`.hm-paper[lang="${language}"]`).waitFor();
  await settled(page);
  return page.locator(".hm-paper").innerText();
}
// What Chromium prints, and the words in it.
async function printed(page) {
  const file = path.join(hamdil.folder, "paper.pdf");
  await page.pdf({ path: file, preferCSSPageSize: true });
  const bytes = fs.readFileSync(file).toString("latin1");
  const text = spawnSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
  return { pages: (bytes.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length, box: /\/MediaBox\s*\[([^\]]*)\]/.exec(bytes)?.[1] ?? "", text: text.status === 0 ? text.stdout.replace(/\s+/g, " ") : null };
}

test("each paper in each language: its words, A4, nothing of the program's frame", async () => {
  const page = await person(browser, hamdil);
  for (const [sheet, [kind, id, words]] of Object.entries(papers))
    for (const [language, word] of Object.entries(words)) {
      const text = await paper(page, kind, id, sheet, language);
      assert.ok(text.includes(word), `${sheet} ${language}: ${text.slice(0, 400)}`);
      assert.equal(await page.locator(".hm-paper").getAttribute("dir"), language === "fa-AF" ? "rtl" : "ltr");
      const pdf = await printed(page);
      assert.ok(pdf.pages > 0 && pdf.pages < 6, `${sheet} ${language}: ${pdf.pages} pages`);
      assert.match(pdf.box, /^0 0 59[456](\.\d+)? 84[123]/, "A4");
      if (pdf.text !== null && language !== "fa-AF") assert.ok(pdf.text.includes(word), `${sheet} ${language}: ${pdf.text.slice(0, 300)}`);
      if (pdf.text !== null) assert.ok(!/Ctrl|Hamdil/.test(pdf.text), "the frame is not printed");
    }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the questionnaire of a form that was imported: questions, answers, when they are asked", async () => {
  const pack = path.join(hamdil.folder, "pkg");
  await hamdil.kill();
  hamdil.run("demo", "make", pack, "--seed", "1");
  hamdil.run("import", "survey", hamdil.workspace, "--form", path.join(pack, "form_v1.xlsx"), "--data", path.join(pack, "baseline.xlsx"), "--round", "baseline");
  await hamdil.start();
  const page = await person(browser, hamdil);
  const { id } = await first("instrument");
  for (const [language, word, answer] of [["en", "Which group does the household belong to?", "Refugee"], ["tg", "Оила ба кадом гурӯҳ тааллуқ дорад?", "Оилаи гуреза"], ["fa-AF", "خانواده به کدام گروه تعلق دارد؟", "مرد"]]) {
    const text = await paper(page, "instrument", id, "questionnaire", language);
    assert.ok(text.includes(word) && text.includes(answer), `${language}: ${text.slice(0, 600)}`);
    const pdf = await printed(page);
    assert.ok(pdf.pages > 1);
    if (pdf.text !== null && language === "en") assert.ok(pdf.text.includes(word));
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

const kForm = "survey,,,,\n,type,name,label,relevant\n,begin_group,g,Your life,\n,select_one yn,consent,Do you agree?,\n,select_multiple how,meet,Where do you meet?,${consent} = 'yes'\n,text,why,Why not?,${consent} = 'no' and 1 = 1\n,end_group,,,\nchoices,,,,\n,list_name,name,label,\n,yn,yes,Yes indeed,\n,yn,no,No,\n,how,market,Market,\n,how,school,School,\n";
test("groups and conditions of a form are said in words where they are simple", async () => {
  const small = await Hamdil.make({ demo: false });
  try {
    await small.kill();
    const [form, data] = ["form.csv", "data.csv"].map((name) => path.join(small.folder, name));
    fs.writeFileSync(form, kForm);
    fs.writeFileSync(data, "SubmissionDate,g-consent,g-meet,g-why,meta-instanceID,KEY\n2024-05-01T07:00:00Z,yes,market,,uuid:a,uuid:a\n");
    small.run("import", "survey", small.workspace, "--form", form, "--data", data, "--round", "small");
    await small.start();
    const page = await person(browser, small);
    const { records } = await small.ask("GET", "/records/instrument");
    const text = await paper(page, "instrument", records[0].id, "questionnaire", "en");
    assert.ok(text.includes("Only if: Do you agree? → Yes indeed"), text);
    assert.ok(text.includes("${consent} = 'no' and 1 = 1"), "what is not simple stands as it is");
    assert.ok(text.includes("Several answers may be ticked."));
    await page.context().close();
  } finally {
    await small.end();
  }
});

test("no paper carries a name, and the language of who prints stays", async () => {
  const page = await person(browser, hamdil, { language: "fa-AF", width: 360 });
  const owner = (await hamdil.ask("GET", "/records/person?limit=100")).records.map((one) => one.title);
  for (const [sheet, [kind, id]] of Object.entries(papers)) {
    const text = await paper(page, kind, id, sheet, "en");
    assert.deepEqual(owner.filter((name) => text.includes(name)), [], sheet);
    assert.deepEqual(await violations(page), []);
    assert.equal(await overflow(page), 0, sheet);
    const sheetBox = page.locator(".hm-paper");
    assert.equal(await sheetBox.evaluate((box) => box.scrollWidth - box.clientWidth), 0, `${sheet}: what is wide scrolls in its own box, the words stay`);
  }
  await go(page, "/");
  await page.waitForFunction(() => document.documentElement.lang === "fa-AF" && document.documentElement.dir === "rtl");
  assert.equal(await page.evaluate(() => localStorage.getItem("hamdil.language")), "fa-AF");
  await page.context().close();
});

test("a guide says in which language its cautions stand where the paper's has none", async () => {
  const fields = { method: "focus_group", opening: "Welcome.", closing: "Thank you.", caution: "No names.", questions: [{ minutes: 5, text: "What is a good day?" }], spoken_by_language: { en: "Welcome.\nWhat is a good day?\nThank you.", "fa-AF": "خوش آمدید.\nروز خوب چیست؟\nتشکر." } };
  const page = await person(browser, hamdil);
  for (const [cautions, noted] of [[{ en: "No names." }, true], [{ en: "No names.", "fa-AF": "" }, true], [{ en: "No names.", "fa-AF": "نام نپرسید." }, false]]) {
    const guide = await hamdil.ask("POST", "/records/guide", { title: "DEMO guide of two languages", fields: { ...fields, caution_by_language: cautions } });
    const text = await paper(page, "guide", guide.id, "guide", "fa-AF");
    assert.ok(text.includes("روز خوب چیست؟"));
    assert.equal(text.includes("No names."), noted);
    assert.equal(text.includes("ترجمه نشده است"), noted, JSON.stringify(cautions));
    assert.ok((await paper(page, "guide", guide.id, "guide", "en")).includes("No names."));
  }
  await page.context().close();
});

test("any record is printed as a sheet: what is filled in, its parts, which version; people only when somebody says so", async () => {
  const make = (kind, title, fields) => hamdil.ask("POST", `/records/${kind}`, { title, fields });
  const member = await make("person", "DEMO Nobody Real", { role: "cook", phone: "+000 DEMO 12" });
  const meeting = await make("meeting", "DEMO meeting to print", { owner: member.id, note: "First line.\nSecond line." });
  await make("action_point", "DEMO mend the pump", { meeting: meeting.id, text: "Mend it.", responsible: member.id, due: "2026-03-21" });
  for (const [language, width] of [["en", 1280], ["fa-AF", 360]]) {
    const page = await person(browser, hamdil, { language, width });
    await go(page, `/kind/meeting/${meeting.id}`);
    await page.getByRole("button", { name: { en: "Print", "fa-AF": "چاپ" }[language], exact: true }).click();
    await page.waitForURL(`**/print/meeting/${meeting.id}?sheet=record`);
    const sheet = page.locator(".hm-paper");
    await sheet.getByText("DEMO mend the pump").waitFor();
    await settled(page);
    const text = await sheet.innerText();
    for (const shown of ["DEMO meeting to print", "Second line.", `/kind/meeting/${meeting.id}`, { en: "2026-03-21", "fa-AF": "۱ حمل ۱۴۰۵" }[language]]) assert.ok(text.includes(shown), `${shown}: ${text}`);
    assert.ok(!text.includes("Nobody Real"), text);
    assert.deepEqual(await violations(page), []);
    assert.equal(await overflow(page), 0);
    const sides = await sheet.locator("dd").evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
    assert.ok(sides.length && sides.every((one) => one === (language === "en" ? "ltr" : "rtl")), "values stand below their names");
    const pdf = await printed(page);
    assert.equal(pdf.pages, 1);
    if (pdf.text !== null) assert.ok(!/Ctrl|Hamdil/.test(pdf.text), "the frame is not printed");
    await page.locator("input[name=with_names]").check();
    await sheet.getByText("DEMO Nobody Real").first().waitFor();
    await page.emulateMedia({ media: "print" });
    assert.notEqual(await sheet.locator(".hm-person").first().evaluate((one) => getComputedStyle(one).fontSize), "0px", "named on paper, too");
    await page.emulateMedia({ media: "screen" });
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
  const page = await person(browser, hamdil);
  const hidden = await paper(page, "person", member.id, "record", "en");
  assert.ok(hidden.includes("cook") && !/Nobody|DEMO 12/.test(hidden), hidden);
  await page.locator("input[name=with_names]").check();
  await page.locator(".hm-paper").getByText("DEMO 12").waitFor();
  await page.context().close();
});
