/** The log of the directory: who reads it (gdap.md §7.7), and whether changes of the taxonomy are in it (events.md §9.1). */
import { guidOf } from '#base/ids.ts'
import { type Behaviour, behaviour } from '#edm/ports.ts'
import { directoryAudit } from '../audit.ts'
import { checkMayReadAudits } from './rights.ts'

export const directoryAuditBehaviour: Behaviour = behaviour(directoryAudit, {
  sees: async (context) => {
    await checkMayReadAudits(context)
    return true
  },
  // Graph has no audit of the taxonomy: its changes are in Purview.
  scope: async ({ strict }) => ({ scope: strict ? 'stored' : 'all', bind: {} }),
  locate: async ({ strict }, _, __, key) => {
    const id = strict ? undefined : guidOf(key)
    return id === undefined ? undefined : { id }
  },
})
