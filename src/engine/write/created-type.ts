/** Of which type a row is made: that of the collection, or a derived one that the body names (OData JSON 4.01 §4.5.3). */
import type { Faults } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { EntityType } from '#edm/define.ts'
import type { Model } from '#edm/model.ts'
import { castTo } from '#odata/url/cast.ts'

/** Names that are of no type for these rows are left to the reading of the body, which refuses them. */
export function createdType(model: Model, type: EntityType, body: Json, faults: Faults): EntityType {
  const written = Object.entries(body).find(([name]) => /^@(odata\.)?type$/i.test(name))?.[1]
  const cast = typeof written === 'string' ? castTo(model, type, written.replace(/^#/, '')) : undefined
  if (cast?.is !== 'derived') return type
  if (cast.type.creatable === false) {
    faults.add('@odata.type', `Rows of type '${cast.type.name}' are made by the service alone.`)
  }
  return cast.type
}
