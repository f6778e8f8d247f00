/** A test of code that uses Graph's term store, against a server that lives as long as the test file. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRelata, tokenFrom } from './relata.mjs'

let server
let headers
before(async () => {
  server = await startRelata()
  headers = { authorization: `Bearer ${await tokenFrom(server.origin)}`, 'content-type': 'application/json' }
})
after(() => server?.stop())

/** Stands for your own code: it gets the address and the token from outside. */
async function addGroup(origin, displayName) {
  const body = JSON.stringify({ displayName })
  return fetch(`${origin}/v1.0/termStore/groups`, { method: 'POST', headers, body })
}

test('makes a group once', async () => {
  const made = await addGroup(server.origin, 'Kitchen')
  assert.equal(made.status, 201)
  const again = await addGroup(server.origin, 'Kitchen')
  assert.equal(again.status, 409)
  assert.equal((await again.json()).error.code, 'nameAlreadyExists')
})
