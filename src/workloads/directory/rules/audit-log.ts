/** The log of the directory: who reads it (gdap.md §7.7). */
import { type Behaviour, behaviour } from '#edm/ports.ts'
import { directoryAudit } from '../audit.ts'
import { checkMayReadAudits } from './rights.ts'

export const directoryAuditBehaviour: Behaviour = behaviour(directoryAudit, {
  sees: async (context) => {
    await checkMayReadAudits(context)
    return true
  },
})
