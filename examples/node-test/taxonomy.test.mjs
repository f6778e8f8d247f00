/** A test of code that uses Graph's term store: each test has a world of its own, filled with the usual demo data. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useRelata } from 'relata/testing/node-test'

const relata = useRelata()

/** Stands for your own code: it gets the address, the token and `fetch` from outside. */
async function addGroup({ graphUrl, token, fetch }, displayName) {
  return fetch(`${graphUrl}/termStore/groups`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ displayName }),
  })
}

const connection = async () => ({ graphUrl: relata().graphUrl, token: await relata().token(), fetch: relata().fetch })

test('makes a group once', async () => {
  const made = await addGroup(await connection(), 'Kitchen')
  assert.equal(made.status, 201)
  const again = await addGroup(await connection(), 'Kitchen')
  assert.equal(again.status, 409)
  assert.equal((await again.json()).error.code, 'nameAlreadyExists')
})

test('knows nothing of the test before it', async () => {
  assert.equal((await addGroup(await connection(), 'Kitchen')).status, 201)
})
