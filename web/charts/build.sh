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
  --outfile="$output" --log-level=warning
