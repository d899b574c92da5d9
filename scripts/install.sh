#!/bin/sh
# Installs the Debian packages named in scripts/packages-<kind>.txt that are missing: scripts/install.sh build test ci
# Simulates first and refuses a step that would remove a package. Uses sudo when not root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

have() {
  case "$1" in
    nodejs) command -v node >/dev/null 2>&1 || dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' ;;
    npm) command -v npm >/dev/null 2>&1 || dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' ;;
    *) dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' ;;
  esac
}

missing=
for kind in "$@"; do
  while read -r package; do
    case "$package" in '' | '#'*) continue ;; esac
    have "$package" || missing="$missing $package"
  done <"$here/packages-$kind.txt"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "install: this is not a Debian system; install these packages by hand:$missing" >&2
  exit 4
fi
as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "install: packages are missing and there is no sudo; as root: apt-get install$missing" >&2; exit 4; }
  as_root=sudo
fi
echo "install: installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # the list is meant to split into words
plan=$(apt-get install -s --no-install-recommends $missing)
if printf '%s\n' "$plan" | grep -q '^Remv '; then
  echo "install: refused, because these packages would be removed:" >&2
  printf '%s\n' "$plan" | grep '^Remv ' >&2
  exit 4
fi
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
