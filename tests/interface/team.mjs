// A server that several people share, with its first accounts, for journeys through the interface.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Hamdil, freePort, kProgram } from "./together.mjs";

export const kPassword = "three small boats";

export class Team extends Hamdil {
  static async make(accounts, { demo = true } = {}) {
    const own = new Team();
    own.prepare({ demo });
    own.passwordFile = path.join(own.folder, "password");
    fs.writeFileSync(own.passwordFile, kPassword + "\n");
    for (const [login, ...words] of accounts) own.run("account", "add", own.workspace, login, "--password-file", own.passwordFile, ...words);
    own.port = await freePort();
    await own.start();
    return own;
  }
  get origin() { return `https://localhost:${this.port}`; }
  start() {
    return new Promise((resolve, reject) => {
      this.process = spawn(kProgram, ["serve", this.workspace, "--team", "--address", "127.0.0.1", "--port", String(this.port), "--json"], { env: this.environment });
      let told = "";
      this.process.stderr.on("data", (text) => { told += text; });
      this.pins = [];
      this.process.stdout.on("data", (text) => {
        for (const line of String(text).trim().split("\n")) {
          const said = JSON.parse(line);
          if (said.urls) this.fingerprint = said.fingerprint;
          this.pins.push(said.pin);
          this.hears?.(said.pin);
        }
        this.url = this.origin + "/";
        resolve();
      });
      this.process.on("exit", (code) => reject(new Error(`hamdil serve ended with ${code}: ${told}`)));
    });
  }
  // Enter on the terminal shows the next PIN.
  pin() {
    return new Promise((resolve) => { this.hears = resolve; this.process.stdin.write("\n"); });
  }
}
// From the first page to the home page.
export async function signIn(page, hamdil, login, password = kPassword) {
  if (await page.locator("input[name=pin]").count()) {
    await page.locator("input[name=pin]").fill(await hamdil.pin());
    await page.locator("form button[type=submit]").click();
  }
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill(password);
  await page.locator("form button[type=submit]").click();
  await page.locator("nav a").first().waitFor();
}
