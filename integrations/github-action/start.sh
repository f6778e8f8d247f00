#!/usr/bin/env bash
# The step of action.yml: installs the package, starts the server, and tells the steps that follow where it is.
set -euo pipefail

folder="$RUNNER_TEMP/relata"
location="$folder/location"
mkdir -p "$folder"
npm install --prefix "$folder" --no-audit --no-fund --loglevel=error "$INPUT_PACKAGE"
relata="$folder/node_modules/.bin/relata"

# Containers of the job are not of this machine, and reach it by this name.
export RELATA_CONTROL="${RELATA_CONTROL:-any}"
export RELATA_ALLOWED_HOST="${RELATA_ALLOWED_HOST:-host.docker.internal}"
export RELATA_HOST="$INPUT_HOST"
if [ -n "$INPUT_SEED" ]; then export RELATA_SEED="$INPUT_SEED"; fi

# Flags are words: that they are split is meant.
# shellcheck disable=SC2086
said="$("$relata" start --detach --in-memory --silent --port "$INPUT_PORT" --location "$location" $INPUT_FLAGS)"
echo "$said"
url="$(sed -n 's/^relata is ready on \(https\{0,1\}:[^ ]*\)$/\1/p' <<<"$said")"
if [ -z "$url" ]; then
  echo "::error::Relata did not say where it is"
  exit 1
fi

{
  echo "url=$url"
  echo "ca=$location/ca.pem"
} >>"$GITHUB_OUTPUT"
{
  echo "RELATA_URL=$url"
  echo "RELATA_CA=$location/ca.pem"
  # Node adds it to those it knows; other programs have variables that replace what they know.
  echo "NODE_EXTRA_CA_CERTS=$location/ca.pem"
} >>"$GITHUB_ENV"
