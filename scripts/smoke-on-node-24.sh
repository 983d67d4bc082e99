#!/usr/bin/env bash
# Starts the built product once on Node 24, brought by npm's `node` package, and uses it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-audit --no-fund --no-save --silent node@24 >/dev/null
node24="$folder/node_modules/node/bin/node"
# The package links its binary in an install script, which newer npm leaves out.
[ -x "$node24" ] || node24=$(find "$folder/node_modules" -path '*/bin/node' -type f -perm -u+x | head -n 1)
echo "Node $("$node24" --version)"
"$node24" scripts/smoke.mjs
