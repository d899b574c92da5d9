// The first minutes: the program without a workspace, in Dari on a phone and in English; what was typed survives a restart.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { freePort, go, launch, overflow, person, settled, violations } from "./together.mjs";

const kProgram = path.join(process.env.HAMDIL_BIN ?? "build/dev/bin", "hamdil");
let browser, folder, port;
const started = new Set(); // a journey that fails leaves its server behind
before(async () => {
  browser = await launch();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hamdil-welcome-"));
  port = await freePort();
});
after(async () => { for (const child of started) child.kill("SIGKILL"); await browser.close(); fs.rmSync(folder, { recursive: true, force: true }); });

// `hamdil serve` without a workspace, as somebody starts it who has never used it.
function start() {
  return new Promise((resolve, reject) => {
    const child = spawn(kProgram, ["serve", "--folder", path.join(folder, "made here"), "--port", String(port), "--print-url"], { env: { ...process.env, HAMDIL_USER: "tester" } });
    started.add(child);
    child.on("exit", () => started.delete(child));
    child.stdout.on("data", (text) => {
      const url = String(text).trim();
      resolve({ url, origin: url.split("/#")[0], end: () => new Promise((done) => { child.on("exit", done); child.kill("SIGTERM"); }) });
    });
    child.on("exit", (code) => reject(new Error(`hamdil serve ended with ${code}`)));
  });
}

test("a workspace is made, its recovery key shown once, and it is found again after a restart with what was typed", async () => {
  let server = await start();
  const page = await person(browser, server, { language: "fa-AF", width: 390 });
  await page.locator("input[name=name]").waitFor();
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.ok((await overflow(page)) <= 0);
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Welcome to Hamdil" }).waitFor();
  await page.locator("input[name=name]").fill("../elsewhere");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("This cannot be the name").first().waitFor();
  await page.locator("input[name=name]").fill("First steps");
  await page.getByLabel("With a passphrase").check();
  await page.locator("input[name=passphrase]").fill("correct horse battery");
  await page.locator("input[name=again]").fill("correct horse");
  assert.ok(await page.getByRole("button", { name: "Create" }).isDisabled());
  await page.locator("input[name=again]").fill("correct horse battery");
  await page.getByRole("button", { name: "Create" }).click();
  await page.locator(".hm-key").waitFor();
  const recovery = (await page.locator(".hm-key").innerText()).trim();
  assert.ok(recovery.length > 40);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.getByRole("button", { name: "Go on" }).isDisabled());
  await page.getByLabel("I have kept the recovery key").check();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.goto(server.origin + "/kind/visit/new");
  await page.locator("[name=title]").fill("Typed before the computer was shut down");
  await page.locator("[name=title]").blur();
  await server.end();

  server = await start();
  await page.goto("about:blank");
  await page.goto(server.url);
  await page.getByLabel("First steps").check();
  await page.locator("input[name=opening]").fill("something else");
  await page.getByRole("button", { name: "Open a workspace" }).click();
  await page.getByRole("alert").first().waitFor();
  await page.locator("input[name=opening]").fill("correct horse battery");
  await page.getByRole("button", { name: "Open a workspace" }).click();
  await page.locator("main a", { hasText: "Typed before the computer was shut down" }).click();
  await page.waitForFunction(() => document.querySelector("[name=title]")?.value === "Typed before the computer was shut down");
  await page.locator("button[type=submit]").click();
  await page.getByRole("tab").first().waitFor();
  await page.context().close();
  await server.end();

  server = await start();
  const other = await person(browser, server);
  await other.getByLabel("First steps").check();
  await other.locator("input[name=recovery]").fill(recovery);
  await other.getByRole("button", { name: "Open a workspace" }).click();
  await other.getByRole("heading", { name: "Home" }).waitFor();
  await other.context().close();
  await server.end();
});

test("the demonstration: a report is built and stopped, opened, a number traced to its interviews, printed, built again", async () => {
  const server = await start();
  const page = await person(browser, server);
  page.setDefaultTimeout(30000);
  await page.getByRole("button", { name: "Open the demonstration" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor({ timeout: 60000 });
  await page.locator(".hm-demo").waitFor();
  await go(page, "/products");
  await page.getByRole("button", { name: "Build", exact: true }).click();
  await page.locator(".hm-job").waitFor();
  await page.reload(); // the job goes on, and the page finds it again
  await page.locator(".hm-job").getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Impact assessment report (English): cancelled").waitFor();
  await page.getByRole("button", { name: "Build", exact: true }).click();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  const report = page.frameLocator("iframe");
  await report.locator("[data-ref]").first().waitFor();
  await page.evaluate(() => { globalThis.printed = 0; document.querySelector("iframe").contentWindow.print = () => { globalThis.printed++; }; });
  await page.locator("main").getByRole("button", { name: "Print" }).click();
  assert.equal(await page.evaluate(() => globalThis.printed), 1);
  await report.locator("[data-ref]").first().click();
  await page.locator(".hm-trace").getByText("the same figure").waitFor();
  await page.locator("input[name=reason]").fill("To check the figure with the team");
  await page.getByRole("button", { name: "Show the interviews" }).click();
  await page.locator(".hm-rowlist").waitFor();
  assert.match(await page.locator(".hm-trace").innerText(), /Interviews behind it: \d+/);
  await settled(page);
  assert.deepEqual(await violations(page), []);
  // For named recipients their names and the purpose are needed.
  await page.getByLabel("For whom").first().click({ force: true });
  await page.locator(".v-overlay--active .v-list-item", { hasText: "Named recipients" }).click();
  await page.locator("button[disabled]", { hasText: /^\s*Build\s*$/ }).waitFor();
  await page.locator("input[name=recipients]").fill("The steering group");
  await page.locator("input[name=purpose]").fill("agreement of the demonstration");
  await page.getByRole("button", { name: "Build", exact: true }).click();
  await page.locator("td", { hasText: "The steering group; agreement of the demonstration" }).waitFor();
  await page.getByRole("button", { name: "Build again" }).first().click();
  await page.getByLabel("Earlier versions, too").check();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 3);
  assert.deepEqual(page.complaints, []);
  assert.deepEqual(page.outside, []);
  await page.context().close();
  await server.end();
});
