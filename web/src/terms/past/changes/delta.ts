/** Walks the whole feed to its end, where the link is by which changes from now on are asked for. */
import { following, graph } from '../../../data/plan.ts'
import { ask } from '../../../data/send.ts'

interface DeltaPage {
  readonly value: readonly unknown[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.deltaLink'?: string
}

export const deltaPlan = graph<DeltaPage>('GET', '/termStore/relata.delta()')

/** `tell`: rows so far. Rejects when `signal` ends it. */
export async function readDeltaLink(tell: (rows: number) => void, signal: AbortSignal): Promise<string> {
  let rows = 0
  let page = await ask(deltaPlan, { signal })
  for (;;) {
    rows += page.value.length
    tell(rows)
    const { '@odata.deltaLink': link, '@odata.nextLink': next } = page
    if (link !== undefined) return link
    if (next === undefined) throw new Error('The feed ends without a link.')
    page = await ask(following<DeltaPage>(next), { signal })
  }
}
