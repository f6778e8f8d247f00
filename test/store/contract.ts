/** What every store keeps to, whatever the database. */
import { describe } from 'vitest'
import type { Store } from '#edm/ports.ts'
import { here, there } from './fixture.ts'
import { describeQueries } from './queries-contract.ts'
import { describeRows } from './rows-contract.ts'
import { describeTags } from './tags-contract.ts'
import { describeWrites } from './writes-contract.ts'

export const describeStore = (name: string, open: () => Promise<Store>): void => {
  const opened = async (): Promise<Store> => {
    const store = await open()
    await store.addTenant(here)
    await store.addTenant(there)
    return store
  }
  describe(name, () => {
    describeRows(opened)
    describeWrites(opened)
    describeTags(opened)
    describeQueries(opened)
  })
}
