#!/bin/sh
# Builds the chart bundle: build.sh OUTPUT.js. Installs the locked npm packages first when they are not there. Node 18 is enough.
set -eu
output=${1:?"usage: build.sh OUTPUT.js"}
case $output in /*) ;; *) output=$(pwd)/$output ;; esac
cd "$(dirname "$0")"
if [ ! -x node_modules/.bin/esbuild ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error  # Vega asks for a newer Node only for its command line, which is not used
  touch node_modules/.package-lock.json
fi
mkdir -p "$(dirname "$output")"
node_modules/.bin/esbuild entry.js --bundle --minify --platform=browser --format=iife --target=safari15 --legal-comments=none \
  --outfile="$output" --metafile="$output.meta.json" --log-level=warning
# The licences of what went in, which the program prints with --licenses.
node - "$output.meta.json" > "$(dirname "$output")/licenses.txt" <<'END'
const fs = require("fs");
const inputs = Object.keys(JSON.parse(fs.readFileSync(process.argv[2], "utf8")).inputs);
const names = new Set(inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
for (const name of [...names].sort()) {
  const folder = "node_modules/" + name;
  const {version, license} = JSON.parse(fs.readFileSync(folder + "/package.json", "utf8"));
  const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? fs.readFileSync(folder + "/" + file, "utf8").trim() : "";
  console.log(`${name} ${version} (${license})\n\n${text}\n\n${"-".repeat(72)}\n`);
}
END
