/** Lighthouse's five support roles (events.md §7.3). A customer has one of these templates; groups that get roles are role-assignable. */
import { packIn } from './pack.ts'

export const lighthouse = packIn(
  'lighthouse',
  `
template account-manager
729827e3-9c14-49f7-bb1b-9608f156bbb8 Helpdesk Administrator
template service-desk
5d6b6bb7-de71-4623-b4af-96380a352509 Security Reader
729827e3-9c14-49f7-bb1b-9608f156bbb8 Helpdesk Administrator
template specialist
f2ef992c-3afb-46b9-b7cf-a126ee74c451 Global Reader
fe930be7-5e62-47db-91af-98c3a49a38b1 User Administrator
c4e39bd9-1100-46d3-8c65-fb160da0071f Authentication Administrator
template escalation-engineer
f2ef992c-3afb-46b9-b7cf-a126ee74c451 Global Reader
fe930be7-5e62-47db-91af-98c3a49a38b1 User Administrator
3a2c62db-5318-420d-8d74-23affee5d9d5 Intune Administrator
194ae4cb-b126-40b2-bd5b-6091b380977d Security Administrator
template administrator
e8611ab8-c189-46e8-94e1-60213ab1f814 Privileged Role Administrator
7be44c8a-adaf-4e2a-84d6-ab2649e08a13 Privileged Authentication Administrator
`,
)
