/** The row that an address in a body names: its key, and the type that its collection has (docs/behaviour.md). */
import { expect, it } from 'vitest'
import { addressed } from '#odata/body/address-in.ts'
import { models } from '#workloads/models.ts'

const model = models['v1.0']
const ns = 'microsoft.graph'
const id = '11111111-1111-4111-8111-111111111111'
const read = (target: string, address: unknown) => {
  const found = addressed(model, model.view(`${ns}.${target}`).type, address)
  return 'why' in found ? found.why : [found.id, found.type?.name]
}

it.each([
  ['directoryObject', `https://graph.microsoft.com/v1.0/users/${id}`, [id, `${ns}.user`]],
  [
    'directoryObject',
    `http://localhost:1/prefix/beta/directoryObjects('${id.toUpperCase()}')/`,
    [id, `${ns}.directoryObject`],
  ],
  ['directoryObject', `/v1.0/directoryObjects/${id}/${ns}.user?$select=id#x`, [id, `${ns}.user`]],
  ['directoryObject', `groups/${id.replaceAll('-', '%2d')}`, [id, `${ns}.group`]],
  ['directoryObject', `https://x/v1.0/devices/${id}`, [id, undefined]],
  ['directoryObject', 'users/beta', ['beta', `${ns}.user`]],
  ['directoryObject', "users('o''neill')", ["o'neill", `${ns}.user`]],
  ['termStore.term', `/v1.0/sites/root/termStore/sets/a/terms/${id}`, [id, `${ns}.termStore.term`]],
  ['termStore.group', `https://x/beta/termStore/groups/{${id}}`, [id, `${ns}.termStore.group`]],
] as const)('of %s in %s', (target, address, expected) => {
  expect(read(target, address)).toEqual(expected)
})

it.each([
  ['directoryObject', 7, /address of an entity/],
  ['directoryObject', id, /address of an entity/],
  ['directoryObject', 'https://x/v1.0/users/%', /address of an entity/],
  ['directoryObject', 'https://x/v1.0/users/', /address of an entity/],
  ['directoryObject', `https://x/v1.0/groups/${id}/members`, /key at the end/],
  ['directoryObject', `https://x/v1.0/sites/${id}`, /not of 'microsoft.graph.site'/],
  ['termStore.group', `https://x/v1.0/termStore/sets/${id}/parentGroup`, /key at the end/],
  ['termStore.group', `https://x/v1.0/termStore/sets/${id}`, /not of 'microsoft.graph.termStore.set'/],
] as const)('none for %s in %s', (target, address, why) => {
  expect(read(target, address)).toMatch(why)
})
