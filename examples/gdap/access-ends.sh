#!/usr/bin/env bash
# Both sides of GDAP: the partner asks for a role, the customer approves, and a technician may use it until the end.
# Needs a running server (npm start -- --in-memory), whose clock it moves by 31 days.
set -euo pipefail

origin=${RELATA_ORIGIN:-https://localhost:4365}
ca=${RELATA_CA:-.relata/ca.pem}
customer=4021417d-0000-4000-8000-000000000003       # Northwind; the partner is Contoso
role=fe930be7-5e62-47db-91af-98c3a49a38b1           # User Administrator
group=c0117050-6207-4000-8000-000000000012          # a security group of Contoso, with Tara as a member

# An answer that is an error is shown, and ends the script.
send() {
  local answer
  answer=$(curl -sS --fail-with-body --cacert "$ca" "$@") || { echo "$answer" >&2; return 1; }
  echo "$answer"
}
call() { send -H 'Content-Type: application/json' "$@"; }
first() { grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

token=$(send "$origin/contoso.example/oauth2/v2.0/token" -d grant_type=client_credentials \
  -d client_id=4e1a7a00-0000-4000-8000-00000000a99d -d client_secret=relata-local-secret \
  -d scope=https://graph.microsoft.com/.default | first access_token)
graph() { call -H "Authorization: Bearer $token" "$@"; }
relationships=$origin/v1.0/tenantRelationships/delegatedAdminRelationships

may_tara_read_users() {
  call --get "$origin/_relata/access" --data-urlencode 'user=tara@contoso.example' \
    --data-urlencode 'tenant=northwind.example' --data-urlencode 'action=GET /users' | first reason
}

# The partner: a relationship for 30 days, offered to the customer. Names are unique; with a number that changes, this can be run again.
relationship=$(graph "$relationships" -d '{
  "displayName": "Northwind users '"$(date +%s)$RANDOM"'", "duration": "P30D", "customer": {"tenantId": "'$customer'"},
  "accessDetails": {"unifiedRoles": [{"roleDefinitionId": "'$role'"}]}}' | first id)
graph "$relationships/$relationship/requests" -d '{"action": "lockForApproval"}' >/dev/null

# The customer approves; with Graph alone this takes a person in the admin center.
call "$origin/_relata/gdap/$relationship/approve" -d '{"tenantId": "'$customer'"}' >/dev/null

# The partner gives the role to a group.
graph "$relationships/$relationship/accessAssignments" -d '{
  "accessContainer": {"accessContainerId": "'$group'", "accessContainerType": "securityGroup"},
  "accessDetails": {"unifiedRoles": [{"roleDefinitionId": "'$role'"}]}}' >/dev/null
echo "today: $(may_tara_read_users)"

call "$origin/_relata/clock" -d '{"advance": "P31D"}' >/dev/null
echo "in 31 days: $(graph "$relationships/$relationship" | first status)"
echo "in 31 days: $(may_tara_read_users)"
