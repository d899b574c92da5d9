#!/bin/sh
# Builds the interface: build.sh FOLDER. Installs the locked npm packages first when they are not there. Node 18 is enough.
set -eu
output=${1:?"usage: build.sh FOLDER"}
case $output in /*) ;; *) output=$(pwd)/$output ;; esac
cd "$(dirname "$0")"
if [ ! -x node_modules/.bin/vite ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
node_modules/.bin/vue-tsc --noEmit
node_modules/.bin/vite build --outDir "$output" --emptyOutDir --logLevel warn
