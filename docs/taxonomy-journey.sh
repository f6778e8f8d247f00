#!/usr/bin/env bash
# A vocabulary in five languages: from a CSV into one server, changed there, as SKOS into another one, and compared.
# Prints what each step answers below a line that starts with '##'. Needs two servers without these terms:
#   npm start -- --in-memory --port 4365
#   npm start -- --in-memory --port 4366 --location .relata-2
# RELATA_ORIGIN and RELATA_OTHER say where they are, RELATA_CA what to trust, RELATA what runs the command: in a clone
# RELATA='npm start -s --' docs/taxonomy-journey.sh
set -euo pipefail

first=${RELATA_ORIGIN:-https://localhost:4365}
second=${RELATA_OTHER:-https://localhost:4366}
ca=${RELATA_CA:-.relata/ca.pem}
vocabulary=$(dirname "$0")/taxonomy-journey.csv

# Ids are in the file, so these are known.
group='Harbour museum'
objects=7a500000-0000-4000-8000-000000000002
materials=7a500000-0000-4000-8000-000000000003
term() { echo "7a500000-0000-4000-8000-000000000$1"; }
vessels=$(term 101) steamers=$(term 102) steamboats=$(term 108)
cordage=$(term 111) rigging=$(term 112) flax=$(term 202) hemp=$(term 203) brass=$(term 205)

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

relata() { command ${RELATA:-npx relata} "$@"; }

# The answer is shown, also where it is an error, which ends the script; its headers are kept for `change`.
token=$(curl -sS --cacert "$ca" "$first/c0117050-0000-4000-8000-000000000001/oauth2/v2.0/token" \
  -d grant_type=client_credentials -d client_id=4e1a7a00-0000-4000-8000-00000000a99d \
  -d client_secret=relata-local-secret -d scope=https://graph.microsoft.com/.default |
  sed -E 's/.*"access_token":"([^"]+)".*/\1/')
graph() {
  local path=$1 said
  shift
  said=$(curl -sS --fail-with-body --cacert "$ca" -D "$folder/headers" -H "Authorization: Bearer $token" \
    -H 'Content-Type: application/json' "$first/v1.0/termStore/$path" "$@") || { echo "$said" >&2; return 1; }
  echo "$said"
}
change() { tr -d '\r' <"$folder/headers" | sed -n 's/^relata-change: //ip'; }
show() {
  echo "## $1"
  shift
  "$@"
}

show 'what the CSV would change' relata terms plan "$vocabulary" --to "$first" --add-languages --fix chars \
  -o "$folder/plan.ndjson"
show 'it is applied' relata terms apply "$folder/plan.ndjson" --to "$first" --yes
show 'the same file again changes nothing' relata terms plan "$vocabulary" --to "$first" --fix chars

show 'what a merge would do' graph "sets/$objects/terms/$steamboats/relata.merge" \
  -H 'Prefer: relata.dry-run' -d '{"into": "'"$steamers"'"}'
show 'steamboats are merged into steamers' graph "sets/$objects/terms/$steamboats/relata.merge" \
  -d '{"into": "'"$steamers"'"}'
show 'the old id finds the term that stays' graph "sets/$objects/terms/$steamboats"
show 'rigging moves below cordage' graph "sets/$objects/terms/$rigging/relata.move" -d '{"parent": "'"$cordage"'"}'
show 'vessels come second' graph "sets/$objects/relata.order" -d '{"ids": ["'"$cordage"'", "'"$vessels"'"]}'
show 'hemp is replaced by flax' graph "sets/$materials/terms/$hemp/relata.deprecate" \
  -d '{"replacedBy": "'"$flax"'"}'
show 'brass is deprecated' graph "sets/$materials/terms/$brass/relata.deprecate" -d '{}'
mistake=$(change)
show 'and that is taken back' graph relata.undo -d '{"changeId": "'"$mistake"'"}'
show 'what has changed' graph "sets/$materials/relata.history(branch=true)?\$top=3"
show 'how well the terms are kept' relata terms validate --to "$first" --group "$group" \
  --rules=-missing-description,-lonely-child

show 'the first server writes SKOS' relata terms export --to "$first" --group "$group" --format turtle \
  -o "$folder/museum.ttl"
show 'and what SKOS leaves out' relata terms export --to "$first" --group "$group" --format turtle --report
show 'the second server reads it' relata terms import "$folder/museum.ttl" --to "$second" --add-languages --yes

show 'the first server writes JSON' relata terms export --to "$first" --group "$group" --format json \
  -o "$folder/first.json"
show 'the second server writes JSON' relata terms export --to "$second" --group "$group" --format json \
  -o "$folder/second.json"
equal() { cmp "$1" "$2" && echo "$(($(wc -c <"$1"))) bytes each"; }
show 'both are equal' equal "$folder/first.json" "$folder/second.json"
