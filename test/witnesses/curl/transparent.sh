#!/usr/bin/env bash
# curl with Microsoft's own addresses. Prints one line of JSON for each step: what the answers showed.
set -euo pipefail
unset HTTPS_PROXY

tenant=$RELATA_TENANT
client=$RELATA_CLIENT_ID
secret=$RELATA_SECRET
ca=$RELATA_CA
relata=${RELATA_URL#https://}

# recipe: transparent
microsoft() { curl -sS --fail-with-body --cacert "$ca" --connect-to "::$relata" "$@"; }

token=$(microsoft "https://login.microsoftonline.com/$tenant/oauth2/v2.0/token" \
  -d grant_type=client_credentials -d client_id="$client" -d client_secret="$secret" \
  -d scope=https://graph.microsoft.com/.default | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
groups=$(microsoft -H "Authorization: Bearer $token" https://graph.microsoft.com/v1.0/sites/root/termStore/groups)
printf '%s\n' "$groups"
# end recipe
printf '{"step":"sign-in","saw":{"dots":%s}}\n' "$(grep -o '\.' <<<"$token" | grep -c .)"
printf '{"step":"term-store.group","saw":%s}\n' "$groups"
