/** What is asked of Relata and of the bare references, which take the same addresses. Lines as load.js reads them. */

export const root = '/v1.0/termStore/sets'
export const inBatch = 20
/** Milliseconds after creates: Relata copies its log into the file when nobody has written for a second. */
const rest = 2_500
/** What is not compiled yet is not what is measured: the first 15,000 creates take up to half as long again as those after. */
const warmUpRounds = 4
const pick = (count, make) => Array.from({ length: count }, (_, at) => make(at))
export const any = (list) => list[Math.floor(Math.random() * list.length)]

/** Lines of single requests as the items of one batch. */
const batchOf = (lines) => {
  const requests = lines.map((line, id) => {
    const [method, path, body] = line.split('\t')
    const url = path.replace('/v1.0', '')
    const more = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.parse(body) }
    return { id: `${id}`, method, url, ...more }
  })
  return `POST\t/v1.0/$batch\t${JSON.stringify({ requests })}`
}
export const batched = (make) => (number) => batchOf(pick(inBatch, (at) => make(number * inBatch + at)))

export const labelsOf = (name) => [
  { name, languageTag: 'en-US', isDefault: true },
  { name: `Word ${name}`, languageTag: 'en-US', isDefault: false },
  { name: `Begriff ${name}`, languageTag: 'de-DE', isDefault: true },
]

/** Places in a taxonomy: `anySet()` gives a number, its id is `setId(set)`; `anyTerm(set)` the id of a term in it. */
export const addressesIn = ({ anySet, setId, anyTerm }) => ({
  point: () => {
    const set = anySet()
    return `GET\t${root}/${setId(set)}/terms/${anyTerm(set)}`
  },
  page: () => `GET\t${root}/${setId(anySet())}/children?$top=100`,
  // No address twice, so that no whole answer is known before.
  firstPage: (number) => `GET\t${root}/${setId(anySet())}/children?$top=100&number=${number}`,
  // By the first letters of a label in any language; the references look at one column of their own.
  startsWith: (number) => {
    const set = anySet()
    const filter = `labels/any(l:startswith(l/name,'Term ${set}-${number % 90}'))`
    return `GET\t${root}/${setId(set)}/terms?$filter=${encodeURIComponent(filter).replaceAll('%27', "'")}&$top=20&number=${number}`
  },
  create: (word) => (number) =>
    `POST\t${root}/${setId(anySet())}/children\t${JSON.stringify({ labels: labelsOf(`${word} ${number}`) })}`,
})

/** Each pin its own term and target: no term is twice in a set. */
const pairsOf = (ids) => {
  const pairs = []
  for (let step = 1; step < ids.length; step += 1)
    ids.forEach(({ id, terms }, at) => {
      const target = ids[(at + step) % ids.length].id
      for (let term = 0; term < terms.length && pairs.length < 400_000; term += 10)
        pairs.push([id, terms[term], target])
    })
  return pairs
}

/** Kinds of requests over the ids of data.js; `bare`: what the reference is asked instead, item by item. */
export const kindsOver = (ids) => {
  const pairs = pairsOf(ids)
  const at = addressesIn({
    anySet: () => Math.floor(Math.random() * ids.length),
    setId: (set) => ids[set].id,
    anyTerm: (set) => any(ids[set].terms),
  })
  return {
    'point read': { expect: 200, make: at.point, perSecond: 20_000 },
    'page of 100 children': { expect: 200, make: at.page, perSecond: 6_000 },
    'filter by label': { expect: 200, make: at.startsWith, perSecond: 12_000 },
    'create term': { expect: 201, make: at.create('Fresh'), perSecond: 10_000, warmUpRounds, rest },
    'create relation': {
      expect: 201,
      make: (number) => {
        const [set, term, target] = pairs[number % pairs.length]
        return `POST\t${root}/${set}/terms/${term}/relations\t${JSON.stringify({ relationship: 'pin', set: { id: target } })}`
      },
      perSecond: 10_000,
      warmUpRounds,
      rest,
    },
    'read in a batch of 20': {
      expect: 200,
      make: batched(at.point),
      each: inBatch,
      perSecond: 30_000,
      bare: { expect: 200, make: at.point, perSecond: 20_000 },
    },
    'create in a batch of 20': {
      expect: 200,
      make: batched(at.create('Batched')),
      each: inBatch,
      perSecond: 12_000,
      rest,
      bare: { expect: 201, make: at.create('Bare'), perSecond: 10_000 },
    },
  }
}
