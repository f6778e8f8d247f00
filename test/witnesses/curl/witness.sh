#!/usr/bin/env bash
# curl. Prints one line of JSON for each step: what the answers showed.
set -euo pipefail

url=$RELATA_URL
tenant=$RELATA_TENANT
customer=$RELATA_CUSTOMER
client=$RELATA_CLIENT_ID
secret=$RELATA_SECRET
ca=$RELATA_CA

# The value of the last member of that name in the JSON on standard input.
member() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }

# recipe: token
token=$(curl -sS --cacert "$ca" "$url/$tenant/oauth2/v2.0/token" \
  -d grant_type=client_credentials -d client_id="$client" -d client_secret="$secret" \
  -d scope=https://graph.microsoft.com/.default | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

graph() { curl -sS --cacert "$ca" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; }
# end recipe
printf '{"step":"sign-in","saw":{"dots":%s}}\n' "$(grep -o '\.' <<<"$token" | grep -c .)"

group=$(
  # recipe: group
  graph "$url/v1.0/sites/root/termStore/groups" -d '{"displayName": "curl"}'
  # end recipe
)
printf '{"step":"term-store.group","saw":%s}\n' "$group"

missing=$(
  # recipe: error
  graph "$url/v1.0/sites/root/termStore/groups/00000000-0000-4000-8000-00000000dead" -w ' %{http_code}'
  # end recipe
)
printf '{"step":"error","saw":{"status":%s,"code":"%s"}}\n' "${missing##* }" "$(member code <<<"$missing")"

# recipe: relationship
relationships=$url/v1.0/tenantRelationships/delegatedAdminRelationships
relationship=$(graph "$relationships" -d '{
  "displayName": "curl",
  "duration": "P180D",
  "accessDetails": {"unifiedRoles": [{"roleDefinitionId": "729827e3-9c14-49f7-bb1b-9608f156bbb8"}]}
}')
id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' <<<"$relationship")
# end recipe
printf '{"step":"gdap.create","saw":{"status":"%s"}}\n' "$(member status <<<"$relationship")"

change() {
  # recipe: if-match
  etag=$(sed 's/.*"@odata.etag":"\([^ ]*\\"\)".*/\1/; s/\\"/"/g' <<<"$relationship")
  graph -X PATCH -H "If-Match: $etag" "$relationships/$id" -d "{\"displayName\": \"$1\"}" -w ' %{http_code}'
  # end recipe
}
renamed=$(change renamed)
stale=$(change stale)
printf '{"step":"if-match","saw":{"first":%s,"second":%s,"code":"%s"}}\n' "${renamed##* }" "${stale##* }" "$(member code <<<"$stale")"

# recipe: life-cycle
graph "$relationships/$id/requests" -d '{"action": "lockForApproval"}' -o /dev/null
# As the customer, in its admin center:
graph "$url/_relata/gdap/$id/approve" -d "{\"tenantId\": \"$customer\"}" -o /dev/null
active=$(graph "$relationships/$id")
graph "$relationships/$id/requests" -d '{"action": "terminate"}' -o /dev/null
terminated=$(graph "$relationships/$id")
# end recipe
printf '{"step":"gdap.approve","saw":{"status":"%s"}}\n' "$(member status <<<"$active")"
printf '{"step":"gdap.terminate","saw":{"status":"%s"}}\n' "$(member status <<<"$terminated")"
