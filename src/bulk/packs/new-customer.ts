/** What Partner Center gives by default with a new customer (gdap.md §7.5). */
import { packIn } from './pack.ts'

export const newCustomer = packIn(
  'new-customer',
  `
template direct
88d8e3e3-8f55-4a1e-953a-9b9898b8876b Directory Readers
9360feb5-f418-4baa-8175-e2a00bac4301 Directory Writers
4d6ac14f-3453-41d0-bef9-a3e0c569773a License Administrator
f023fd81-a637-4b56-95fd-791ac0226033 Service Support Administrator
fe930be7-5e62-47db-91af-98c3a49a38b1 User Administrator
e8611ab8-c189-46e8-94e1-60213ab1f814 Privileged Role Administrator
729827e3-9c14-49f7-bb1b-9608f156bbb8 Helpdesk Administrator
7be44c8a-adaf-4e2a-84d6-ab2649e08a13 Privileged Authentication Administrator
f2ef992c-3afb-46b9-b7cf-a126ee74c451 Global Reader
158c047a-c907-4556-b7ef-446551a6b5f7 Cloud Application Administrator
9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3 Application Administrator
template indirect
88d8e3e3-8f55-4a1e-953a-9b9898b8876b Directory Readers
9360feb5-f418-4baa-8175-e2a00bac4301 Directory Writers
4d6ac14f-3453-41d0-bef9-a3e0c569773a License Administrator
f023fd81-a637-4b56-95fd-791ac0226033 Service Support Administrator
fe930be7-5e62-47db-91af-98c3a49a38b1 User Administrator
e8611ab8-c189-46e8-94e1-60213ab1f814 Privileged Role Administrator
729827e3-9c14-49f7-bb1b-9608f156bbb8 Helpdesk Administrator
7be44c8a-adaf-4e2a-84d6-ab2649e08a13 Privileged Authentication Administrator
f2ef992c-3afb-46b9-b7cf-a126ee74c451 Global Reader
template domain-partner
88d8e3e3-8f55-4a1e-953a-9b9898b8876b Directory Readers
9360feb5-f418-4baa-8175-e2a00bac4301 Directory Writers
4d6ac14f-3453-41d0-bef9-a3e0c569773a License Administrator
f023fd81-a637-4b56-95fd-791ac0226033 Service Support Administrator
fe930be7-5e62-47db-91af-98c3a49a38b1 User Administrator
e8611ab8-c189-46e8-94e1-60213ab1f814 Privileged Role Administrator
729827e3-9c14-49f7-bb1b-9608f156bbb8 Helpdesk Administrator
7be44c8a-adaf-4e2a-84d6-ab2649e08a13 Privileged Authentication Administrator
f2ef992c-3afb-46b9-b7cf-a126ee74c451 Global Reader
158c047a-c907-4556-b7ef-446551a6b5f7 Cloud Application Administrator
9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3 Application Administrator
be2f45a1-457d-42af-a067-6ec1fa63bc45 External Identity Provider Administrator
8329153b-31d0-4727-b945-745eb3bc5f31 Domain Name Administrator
`,
)
