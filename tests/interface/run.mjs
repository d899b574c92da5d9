// Runs the journeys through the interface: run.mjs FOLDER-OF-THE-PROGRAM [FILE...]. Ends with 77, which means skipped, where something is missing.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const here = path.dirname(new URL(import.meta.url).pathname);
const [folder, ...only] = process.argv.slice(2);
const skip = (why) => { console.log(`skipped: ${why}`); process.exit(77); };
const chromium = process.env.HAMDIL_CHROMIUM ?? "/usr/bin/chromium";
if (!fs.existsSync(chromium)) skip(`there is no ${chromium}`);
if (!fs.existsSync(path.join(here, "node_modules", "playwright-core"))) skip("the npm packages of tests/interface are not installed (npm ci)");
if (!fs.existsSync(path.resolve(here, "../../web/app/dist/index.html"))) skip("the program was built without the interface (web/app/build.sh web/app/dist)");

const files = (only.length ? only : fs.readdirSync(here).filter((name) => name.endsWith(".test.mjs"))).map((name) => path.join(here, name));
const result = spawnSync(process.execPath, ["--test", ...files], { timeout: 1780000, stdio: "inherit", env: { ...process.env, HAMDIL_BIN: path.resolve(folder) } });
process.exit(result.status ?? 1);
