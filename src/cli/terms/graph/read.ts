/** Reads sets of a term store through Graph: its listings hide shared terms, so relations are read for every term. */
import type { Texts } from '#exchange/document.ts'
import { type PlaceState, TaxonomyPart, type TermState } from '#exchange/plan/taxonomy/taxonomy.ts'
import { orderedLabels } from '#workloads/term-store/rules/labels/labels.ts'
import type { GraphAnswer, GraphTermsClient } from '../../remote/graph/client.ts'

export const storeRoot = '/sites/root/termStore'

type Json = GraphAnswer['body']

function textsOf(list: readonly Json[] | undefined, text: string): Texts {
  return Object.fromEntries((list ?? []).map((one) => [one.languageTag, one[text] ?? '']))
}

function pairsOf(list: readonly Json[] | undefined): Texts {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key, value ?? '']))
}

function termOf(row: Json): TermState {
  return {
    id: row.id,
    labels: orderedLabels(
      row.labels.map(({ name, isDefault, languageTag }: Json) => ({ name, isDefault, languageTag })),
    ),
    descriptions: textsOf(row.descriptions, 'description'),
    properties: pairsOf(row.properties),
    isDeprecated: false,
    replacedBy: null,
    mergedTermIds: [],
    owner: null,
    isKeyword: false,
  }
}

function placeOf(setId: string, termId: string, parentId: string | null, kind: PlaceState['kind']): PlaceState {
  return { setId, termId, parentId, kind, isAvailableForTagging: true, localProperties: {}, order: [] }
}

const members = '$select=id,labels,descriptions,properties'

/** Terms at home in a set, level by level. */
async function homesIn(client: GraphTermsClient, setId: string): Promise<{ terms: TermState[]; places: PlaceState[] }> {
  const terms: TermState[] = []
  const places: PlaceState[] = []
  const root = `${storeRoot}/sets/${setId}`
  let parents: (string | null)[] = [null]
  while (parents.length > 0) {
    const paths = parents.map((id) =>
      id === null ? `${root}/children?${members}` : `${root}/terms/${id}/children?${members}`,
    )
    const answers = await client.all(paths.map((path) => ({ method: 'GET', path })))
    const next: string[] = []
    for (const [at, { body, status }] of answers.entries()) {
      if (status >= 300) throw new Error(`${paths[at]}: ${status} ${body?.error?.message ?? ''}`)
      const more = body['@odata.nextLink'] === undefined ? [] : await client.list(body['@odata.nextLink'])
      for (const row of [...body.value, ...more]) {
        terms.push(termOf(row))
        places.push(placeOf(setId, row.id, parents[at] ?? null, 'home'))
        next.push(row.id)
      }
    }
    parents = next
  }
  return { terms, places }
}

/** Relations from and to the terms of a set. */
async function relationsOf(client: GraphTermsClient, setId: string, ids: readonly string[]): Promise<PlaceState[]> {
  const expand = '$expand=fromTerm($select=id),toTerm($select=id),set($select=id)'
  const paths = ids.map((id) => `${storeRoot}/sets/${setId}/terms/${id}/relations?${expand}`)
  const answers = await client.all(paths.map((path) => ({ method: 'GET', path })))
  return answers.flatMap(({ body, status }) =>
    status >= 300
      ? []
      : body.value.map((one: Json) => placeOf(one.set.id, one.toTerm.id, one.fromTerm?.id ?? null, one.relationship)),
  )
}

/** All sets with their terms: what a set shares is listed with the terms, so with the sets that are their home. */
export async function readGraph(client: GraphTermsClient): Promise<TaxonomyPart> {
  const store = await client.get(storeRoot)
  const groups = await client.list(`${storeRoot}/groups`)
  const sets: Json[] = []
  for (const group of groups)
    for (const { id } of await client.list(`${storeRoot}/groups/${group.id}/sets?$select=id`)) {
      const path = `${storeRoot}/groups/${group.id}/sets/${id}?$select=id,localizedNames,description,properties`
      sets.push({ ...(await client.get(path)), groupId: group.id })
    }
  const terms: TermState[] = []
  const places: PlaceState[] = []
  for (const { id } of sets) {
    const homes = await homesIn(client, id)
    terms.push(...homes.terms)
    places.push(
      ...homes.places,
      ...(await relationsOf(
        client,
        id,
        homes.terms.map((one) => one.id),
      )),
    )
  }
  const known = new Set(terms.map(({ id }) => id))
  const isSystem = (groupId: string): boolean => groups.find(({ id }) => id === groupId)?.scope === 'system'
  return new TaxonomyPart({
    languages: { defaultTag: store.defaultLanguageTag, tags: store.languageTags },
    groups: groups.map(({ id, displayName, description, scope }) => ({
      ...{ id, name: displayName, description: description ?? '', siteId: null, managers: [], contributors: [] },
      scope: scope === 'system' || scope === 'siteCollection' ? scope : 'global',
    })),
    sets: sets.map((row) => ({
      ...{ id: row.id, groupId: row.groupId, names: textsOf(row.localizedNames, 'name') },
      ...{ description: row.description ?? '', properties: pairsOf(row.properties), isOpen: false },
      ...{ isAvailableForTagging: true, owner: null, contact: null, stakeholders: [], order: [] },
      systemRole: isSystem(row.groupId) ? 'system' : null,
    })),
    terms,
    places: places.filter(({ termId }) => known.has(termId)),
  })
}
