/** Every migration in order. Made from the listing of this folder when one is drafted. */
import type { Migration } from '../schema/schema-changes.ts'
import { migration as m0001 } from './0001-init.ts'
import { migration as m0002 } from './0002-members-and-roles.ts'
import { migration as m0003 } from './0003-who-changed-terms.ts'
import { migration as m0004 } from './0004-outbox-in-order.ts'
import { migration as m0005 } from './0005-history.ts'
import { migration as m0006 } from './0006-label-words.ts'
import { migration as m0007 } from './0007-deliveries.ts'
import { migration as m0008 } from './0008-audit-chain.ts'
import { migration as m0009 } from './0009-subscriptions.ts'
import { migration as m0010 } from './0010-role-catalogue.ts'

export const migrations: readonly Migration[] = [m0001, m0002, m0003, m0004, m0005, m0006, m0007, m0008, m0009, m0010]
