/** One template for a task, with the least privileged role for it (events.md §7.3). */
import { packIn } from './pack.ts'

export const leastPrivilege = packIn(
  'least-privilege',
  `
template support-cases
f023fd81-a637-4b56-95fd-791ac0226033 Service Support Administrator
template users-and-groups
fe930be7-5e62-47db-91af-98c3a49a38b1 User Administrator
template licences
4d6ac14f-3453-41d0-bef9-a3e0c569773a License Administrator
template guests
95e79109-95c0-4d8e-aee3-d01accf2d47b Guest Inviter
template passwords
966707d0-3269-4727-9be2-8c3a10f19b9d Password Administrator
template privileged-passwords
7be44c8a-adaf-4e2a-84d6-ab2649e08a13 Privileged Authentication Administrator
template directory-roles
e8611ab8-c189-46e8-94e1-60213ab1f814 Privileged Role Administrator
template sign-in-methods
c4e39bd9-1100-46d3-8c65-fb160da0071f Authentication Administrator
template group-settings
fdd7a751-b60b-444a-984c-02652fe8fa1c Groups Administrator
template read
88d8e3e3-8f55-4a1e-953a-9b9898b8876b Directory Readers
`,
)
