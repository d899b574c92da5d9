#!/bin/sh
# Configures and builds one CMake preset: scripts/build.sh release|test|dev|asan|...
set -eu
cd "$(dirname "$0")/.."
preset=$1
log=build/$preset-configure.log
mkdir -p build
# The interface first: the program embeds what stands in web/app/dist when it is configured.
if [ ! -f web/app/dist/index.html ] || [ -n "$(find web/app -path web/app/node_modules -prune -o -path web/app/dist -prune -o -type f -newer web/app/dist/index.html -print -quit)" ]; then
  sh web/app/build.sh web/app/dist
fi
cmake --preset "$preset" >"$log" 2>&1 || { tail -n 40 "$log" >&2; exit 4; }
cmake --build --preset "$preset"
