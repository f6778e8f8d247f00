/** The link by which changes from now on are asked for. */
import { graph } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'

interface DeltaPage {
  readonly '@odata.deltaLink'?: string
}

/** As of Graph's other delta functions: the latest state is taken as known. */
export const deltaPlan = graph<DeltaPage>('GET', '/termStore/relata.delta()', { query: { $deltatoken: 'latest' } })

export async function readDeltaLink(): Promise<string> {
  return (await ask(deltaPlan))['@odata.deltaLink'] ?? ''
}
