#!/bin/sh
# Run as root while the image of the development container is made. PACKAGE is the option of the feature.
set -eu

if ! command -v npm >/dev/null; then
  echo "The feature relata needs Node and npm: add ghcr.io/devcontainers/features/node before it." >&2
  exit 1
fi
npm install --global --no-audit --no-fund --loglevel=error "${PACKAGE:-relata}"

# The server runs as the user of the container and keeps its database and certificates here.
location="${RELATA_LOCATION:-/var/lib/relata}"
mkdir -p "$location"
chmod 700 "$location"
if [ -n "${_REMOTE_USER:-}" ] && [ "$_REMOTE_USER" != root ]; then
  chown -R "$_REMOTE_USER" "$location"
fi
