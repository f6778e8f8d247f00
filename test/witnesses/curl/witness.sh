#!/usr/bin/env bash
# curl. Prints one line of JSON for each step: what the answers showed.
set -euo pipefail

url=$RELATA_URL
tenant=$RELATA_TENANT
customer=$RELATA_CUSTOMER
client=$RELATA_CLIENT_ID
secret=$RELATA_SECRET
ca=$RELATA_CA
name=curl

# The value of the last member of that name in the JSON on standard input.
member() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }

# recipe: token
token=$(curl -sS --cacert "$ca" "$url/$tenant/oauth2/v2.0/token" \
  -d grant_type=client_credentials -d client_id="$client" -d client_secret="$secret" \
  -d scope=https://graph.microsoft.com/.default | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

graph() { curl -sS --fail-with-body --cacert "$ca" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; }
# end recipe
printf '{"step":"sign-in","saw":{"dots":%s}}\n' "$(grep -o '\.' <<<"$token" | grep -c .)"

# recipe: group
group=$(graph "$url/v1.0/sites/root/termStore/groups" -d "{\"displayName\": \"$name\"}")
printf '%s\n' "$group"
# end recipe
printf '{"step":"term-store.group","saw":%s}\n' "$group"

missing=$(
  # recipe: error
  graph "$url/v1.0/sites/root/termStore/groups/00000000-0000-4000-8000-00000000dead" -w ' %{http_code}\n'
  # end recipe
) || true
printf '{"step":"error","saw":{"status":%s,"code":"%s"}}\n' "${missing##* }" "$(member code <<<"$missing")"

# recipe: relationship
relationships=$url/v1.0/tenantRelationships/delegatedAdminRelationships
relationship=$(graph "$relationships" -d '{
  "displayName": "'"$name"'",
  "duration": "P180D",
  "accessDetails": {"unifiedRoles": [{"roleDefinitionId": "729827e3-9c14-49f7-bb1b-9608f156bbb8"}]}
}')
id=$(printf '%s' "$relationship" | sed 's/.*"id":"\([^"]*\)".*/\1/')
# end recipe
printf '{"step":"gdap.create","saw":{"status":"%s"}}\n' "$(member status <<<"$relationship")"

change() {
  local new_name=$1
  # recipe: if-match
  etag=$(printf '%s' "$relationship" | sed 's/.*"@odata.etag":"\([^ ]*\\"\)".*/\1/; s/\\"/"/g')
  graph -X PATCH -H "If-Match: $etag" "$relationships/$id" -d "{\"displayName\": \"$new_name\"}" -w ' %{http_code}\n'
  # end recipe
}
renamed=$(change renamed)
stale=$(change stale) || true
printf '{"step":"if-match","saw":{"first":%s,"second":%s,"code":"%s"}}\n' "${renamed##* }" "${stale##* }" "$(member code <<<"$stale")"

# recipe: life-cycle
graph "$relationships/$id/requests" -d '{"action": "lockForApproval"}' -o /dev/null
graph "$url/_relata/gdap/$id/approve" -d "{\"tenantId\": \"$customer\"}" -o /dev/null
active=$(graph "$relationships/$id")
graph "$relationships/$id/requests" -d '{"action": "terminate"}' -o /dev/null
terminated=$(graph "$relationships/$id")
printf '%s\n' "$terminated"
# end recipe
printf '{"step":"gdap.approve","saw":{"status":"%s"}}\n' "$(member status <<<"$active")"
printf '{"step":"gdap.terminate","saw":{"status":"%s"}}\n' "$(member status <<<"$terminated")"
