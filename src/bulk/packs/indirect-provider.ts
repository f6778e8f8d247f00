/** What an indirect provider needs (events.md §7.3). */
import { packIn } from './pack.ts'

export const indirectProvider = packIn(
  'indirect-provider',
  `
template indirect-provider
88d8e3e3-8f55-4a1e-953a-9b9898b8876b Directory Readers
9360feb5-f418-4baa-8175-e2a00bac4301 Directory Writers
f2ef992c-3afb-46b9-b7cf-a126ee74c451 Global Reader
fe930be7-5e62-47db-91af-98c3a49a38b1 User Administrator
4d6ac14f-3453-41d0-bef9-a3e0c569773a License Administrator
f023fd81-a637-4b56-95fd-791ac0226033 Service Support Administrator
729827e3-9c14-49f7-bb1b-9608f156bbb8 Helpdesk Administrator
`,
)
