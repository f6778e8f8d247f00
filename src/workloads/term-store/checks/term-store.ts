/** The checks of a tenant's taxonomy, which is read once for all of them. */
import type { CheckedTenant } from '../../finding.ts'
import { checkJobs } from './jobs.ts'
import { checkNames } from './labels.ts'
import { checkMirrors } from './mirrors.ts'
import { checkOrders } from './orders.ts'
import { checkPlaces } from './places.ts'
import { checkSuccessors } from './successors.ts'
import { readTaxonomy } from './taxonomy.ts'
import { checkWords } from './words.ts'

export async function checkTermStore(tenant: CheckedTenant): Promise<void> {
  const taxonomy = await readTaxonomy(tenant)
  checkPlaces(tenant, taxonomy)
  checkMirrors(tenant, taxonomy)
  await checkNames(tenant, taxonomy)
  await checkWords(tenant)
  await checkOrders(tenant, taxonomy)
  await checkSuccessors(tenant, taxonomy)
  await checkJobs(tenant)
}
