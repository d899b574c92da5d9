// What every journey through the interface needs: a workspace with the demonstration, its server, a browser, axe.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const kChromium = process.env.HAMDIL_CHROMIUM ?? "/usr/bin/chromium";
export const kProgram = path.join(process.env.HAMDIL_BIN ?? "build/dev/bin", "hamdil");
const axeSource = fs.readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => resolve(port)); });
  });
}

// A server that can be ended and started again on the same port.
export class Hamdil {
  static async make({ demo = true } = {}) {
    const own = new Hamdil();
    own.prepare({ demo });
    own.port = await freePort();
    await own.start();
    return own;
  }
  prepare({ demo }) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "hamdil-interface-"));
    this.environment = { ...process.env, HAMDIL_USER: "tester", HAMDIL_KEY_FILE: path.join(this.folder, "w.key") };
    this.run("workspace", "create", this.workspace, "--key-file", this.environment.HAMDIL_KEY_FILE);
    if (demo) this.run("demo", "fill", this.workspace);
  }
  get workspace() { return path.join(this.folder, "w.hamdil"); }
  get origin() { return `http://127.0.0.1:${this.port}`; }
  run(...words) {
    const done = spawnSync(kProgram, words, { env: this.environment, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`hamdil ${words.join(" ")}: ${done.stderr}${done.stdout}`);
    return done.stdout;
  }
  start() {
    return new Promise((resolve, reject) => {
      this.process = spawn(kProgram, ["serve", this.workspace, "--port", String(this.port), "--print-url"], { env: this.environment });
      let told = "";
      this.process.stderr.on("data", (text) => { told += text; });
      this.process.stdout.on("data", (text) => {
        this.url = String(text).trim();
        this.token = this.url.split("token=")[1];
        resolve();
      });
      this.process.on("exit", (code) => reject(new Error(`hamdil serve ended with ${code}: ${told}`)));
    });
  }
  kill() {
    return new Promise((resolve) => { this.process.removeAllListeners("exit"); this.process.on("exit", resolve); this.process.kill("SIGKILL"); });
  }
  async end() {
    await this.kill();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
  async ask(method, where, body, headers = {}) {
    const response = await fetch(`${this.origin}/api/v1${where}`, {
      method, headers: { Authorization: `Bearer ${this.token}`, ...(body && { "Content-Type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${where}: ${response.status} ${text.slice(0, 300)}`);
    return text && response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
  }
}

export const launch = () => chromium.launch({ executablePath: kChromium, args: ["--no-sandbox"] });

// A person before the interface: language, width, where in the world; complaints of the page are collected, and requests to anywhere else.
export async function person(browser, hamdil, { language = "en", width = 1280, height = 800, timezone = undefined, touch = false } = {}) {
  const context = await browser.newContext({ timezoneId: timezone, hasTouch: touch, viewport: { width, height }, acceptDownloads: true, ignoreHTTPSErrors: hamdil.origin.startsWith("https:") });
  context.setDefaultTimeout(8000);
  await context.addInitScript((tag) => { if (!localStorage.getItem("hamdil.language")) localStorage.setItem("hamdil.language", tag); }, language);
  // What a page still asks for when it is closed is nobody's fault: a handler that answers it late would fail the whole file.
  const close = context.close.bind(context);
  context.close = async () => { for (const one of context.pages()) await one.unrouteAll({ behavior: "ignoreErrors" }); await close(); };
  const page = await context.newPage();
  page.complaints = [];
  page.outside = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.complaints.push(message.text()); });
  page.on("request", (request) => { if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(hamdil.origin + "/")) page.outside.push(request.url()); });
  await page.goto(hamdil.url);
  await page.locator("h1").first().waitFor();
  return page;
}
// The network is as it was: what stands between the page and the server is taken away, after it has ended what it is doing.
export const answersAgain = (page) => page.unrouteAll({ behavior: "wait" });
// To another page without loading the program again, as a link does.
export async function go(page, where) {
  await page.evaluate((to) => {
    const state = { back: history.state?.current ?? null, current: to, forward: null, position: (history.state?.position ?? 0) + 1, replaced: false, scroll: null };
    history.pushState(state, "", to);
    dispatchEvent(new PopStateEvent("popstate", { state }));
  }, where);
  await page.waitForFunction((to) => document.querySelector("main")?.dataset.path === to && document.querySelector("main h1"), where);
  await page.waitForFunction(() => !document.querySelector("main .hm-waiting"));
}
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("main h1") && !document.querySelector("main .hm-waiting"));
  // Things that fade in are measured when they are there; some animations never end.
  await page.evaluate(() => Promise.race([Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))), new Promise((done) => setTimeout(done, 500))]));
}
export async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
