/**
 * The peer odata-v4-server: an OData server for Node, its terms in memory, found by index, so that what is measured is the
 * framework and no search of ours. Nothing it acknowledges is kept. Usage: odata-v4-server.js REFERENCE.
 */
import { randomUUID } from 'node:crypto'
import { Edm, ODataController, ODataServer, odata } from 'odata-v4-server'
import { readTerms, serve } from './terms.js'

/** What a compiler makes of decorators. */
const decorate = (target, name, decorators) => {
  const own = Object.getOwnPropertyDescriptor(target, name)
  for (const decorator of decorators) decorator(target, name, own)
}
const parameter = (target, name, at, decorator) => decorator(target, name, at)

class Label {}
for (const [name, type] of [
  ['name', Edm.String],
  ['languageTag', Edm.String],
  ['isDefault', Edm.Boolean],
])
  decorate(Label.prototype, name, [type])

class Term {}
decorate(Term.prototype, 'id', [Edm.Key, Edm.String])
for (const name of ['createdDateTime', 'lastModifiedDateTime', 'setId', 'sortKey'])
  decorate(Term.prototype, name, [Edm.String])
decorate(Term.prototype, 'labels', [Edm.Collection(Edm.ComplexType(Label))])
decorate(Term.prototype, 'descriptions', [Edm.Collection(Edm.String)])

const byId = new Map()
const bySet = new Map()
const add = (term) => {
  byId.set(term.id, term)
  const list = bySet.get(term.setId) ?? []
  bySet.set(term.setId, list)
  list.push(term)
  return term
}

/** `setId eq '…'` and, where it is there, `startswith(sortKey,'…')`, as the bench asks. */
const wanted = (text) => [/setId eq '([^']+)'/.exec(text)?.[1], /startswith\(sortKey,'([^']+)'\)/.exec(text)?.[1] ?? '']

class Terms extends ODataController {
  find(context) {
    const text = decodeURIComponent(context.request.url)
    const [set, prefix] = wanted(text)
    const top = Number(/\$top=(\d+)/.exec(text)?.[1] ?? 100)
    const found = []
    for (const term of bySet.get(set) ?? []) {
      if (term.sortKey.startsWith(prefix)) found.push(term)
      if (found.length === top) break
    }
    return found
  }
  findOne(key) {
    return byId.get(key)
  }
  insert(body) {
    const now = new Date().toISOString()
    const sortKey = body.labels[0].name.toLowerCase()
    return add({
      ...body,
      id: randomUUID(),
      createdDateTime: now,
      lastModifiedDateTime: now,
      descriptions: [],
      sortKey,
    })
  }
}
decorate(Terms.prototype, 'find', [odata.GET])
parameter(Terms.prototype, 'find', 0, odata.context)
decorate(Terms.prototype, 'findOne', [odata.GET])
parameter(Terms.prototype, 'findOne', 0, odata.key)
decorate(Terms.prototype, 'insert', [odata.POST])
parameter(Terms.prototype, 'insert', 0, odata.body)
odata.type(Term)(Terms)

class Server extends ODataServer {}
odata.controller(Terms, 'Terms')(Server)

const [file] = process.argv.slice(2)
for (const term of readTerms(file)) add(term)
serve(Server.create(0, '127.0.0.1'))
