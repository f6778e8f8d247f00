/** All packs, in the order in which they are offered. */
import { cipp } from './cipp.ts'
import { indirectProvider } from './indirect-provider.ts'
import { leastPrivilege } from './least-privilege.ts'
import { lighthouse } from './lighthouse.ts'
import { newCustomer } from './new-customer.ts'
import type { RolePack } from './pack.ts'
import { tier1 } from './tier-1.ts'

export const packs: readonly RolePack[] = [lighthouse, cipp, newCustomer, leastPrivilege, tier1, indirectProvider]

export function packNamed(name: string): RolePack | undefined {
  return packs.find((pack) => pack.name === name)
}
