/** What each control address takes and gives, by its template: the content of `/_relata/control.openapi.json`. */
import { aboutOperations } from './about.ts'
import { accessOperations } from './access.ts'
import { auditOperations } from './audit.ts'
import { bulkOperations } from './bulk.ts'
import { deliveryOperations } from './deliveries.ts'
import type { Operations } from './operation.ts'
import { serverOperations } from './server.ts'
import { signingOperations } from './signing.ts'
import { termsOperations } from './terms.ts'
import { worldOperations } from './world.ts'

export const operations: Operations = {
  ...serverOperations,
  ...aboutOperations,
  ...auditOperations,
  ...signingOperations,
  ...worldOperations,
  ...accessOperations,
  ...termsOperations,
  ...deliveryOperations,
  ...bulkOperations,
}
