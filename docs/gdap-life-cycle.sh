#!/usr/bin/env bash
# One relationship, from draft to expiry, both sides, in seconds. Prints each answer below a line that starts with '##'.
# Start a server first (npm start -- --in-memory); RELATA_ORIGIN and RELATA_CA say where it is and what to trust.
set -euo pipefail

origin=${RELATA_ORIGIN:-https://localhost:4365}
ca=${RELATA_CA:-.relata/ca.pem}
partner=c0117050-0000-4000-8000-000000000001
customer=fab21ca0-0000-4000-8000-000000000002
helpdesk=729827e3-9c14-49f7-bb1b-9608f156bbb8

run=$(date +%s)$RANDOM   # names are unique; with a number that changes, this can be run again

# An answer that is an error is shown, and ends the script.
send() {
  local said
  said=$(curl -sS --fail-with-body --cacert "$ca" "$@") || { echo "$said" >&2; return 1; }
  echo "$said"
}
call() { send -H 'Content-Type: application/json' "$@"; }
token=$(send "$origin/$partner/oauth2/v2.0/token" -d grant_type=client_credentials \
  -d client_id=4e1a7a00-0000-4000-8000-00000000a99d -d client_secret=relata-local-secret \
  -d scope=https://graph.microsoft.com/.default | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
graph() { call -H "Authorization: Bearer $token" "$@"; }

answer=
show() {
  echo "## $1"
  shift
  answer=$("$@")
  echo "$answer"
}
id() { grep -oE '"id":"[^"]+"' <<<"$answer" | head -n 1 | cut -d '"' -f 4; }
etag() { sed -E 's/.*"@odata.etag":"(W\/\\"[^"\\]+\\")".*/\1/; s/\\"/"/g' <<<"$answer"; }

relationships=$origin/v1.0/tenantRelationships/delegatedAdminRelationships

show 'the partner drafts a relationship' graph "$relationships" -d '{
  "displayName": "Life cycle '$run'", "duration": "P180D", "autoExtendDuration": "P180D",
  "customer": {"tenantId": "'$customer'"},
  "accessDetails": {"unifiedRoles": [{"roleDefinitionId": "'$helpdesk'"}]}}'
relationship=$(id)

show 'and asks for approval' graph "$relationships/$relationship/requests" -d '{"action": "lockForApproval"}'
show 'the customer approves' call "$origin/_relata/gdap/$relationship/approve" -d '{"tenantId": "'$customer'"}'

show 'the partner makes a security group' graph "$origin/v1.0/groups" -d '{
  "displayName": "Life cycle helpdesk '$run'", "mailEnabled": false, "mailNickname": "life-cycle-'$run'", "securityEnabled": true}'
group=$(id)
show 'and gives it a role' graph "$relationships/$relationship/accessAssignments" -d '{
  "accessContainer": {"accessContainerId": "'"$group"'", "accessContainerType": "securityGroup"},
  "accessDetails": {"unifiedRoles": [{"roleDefinitionId": "'$helpdesk'"}]}}'
show 'which is provisioned' graph "$relationships/$relationship/accessAssignments/$(id)"

show '179 days later' call "$origin/_relata/clock" -d '{"advance": "P179D"}'
show 'it is still active' graph "$relationships/$relationship"

show 'two more days, past the end' call "$origin/_relata/clock" -d '{"advance": "P2D"}'
show 'it was extended by 180 days' graph "$relationships/$relationship"

show 'the partner switches that off' graph -X PATCH -H "If-Match: $(etag)" "$relationships/$relationship" \
  -d '{"autoExtendDuration": "PT0S"}'
show '180 days later' call "$origin/_relata/clock" -d '{"advance": "P180D"}'
show 'it has expired' graph "$relationships/$relationship"
