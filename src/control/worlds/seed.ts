/** `/_relata/seed`: adds the content of seeds to the world of the request (decisions.md 14). */
import type { Json } from '#base/json.ts'
import { type AddressHandler, jsonAnswer } from '#base/own-address.ts'
import { byMethod, jsonIn } from '../request.ts'

/** As docs/seeds.md describes it. Throws `AppError`. */
export interface SeedControl {
  /** Returns the tenants that the seeds name. */
  add(body: unknown): Promise<readonly Json[]>
}

const wanted = `The body is a seed, or {"seed": …} with a seed, the name of a pack, or a list of these.`

export function seedHandler(seeds: SeedControl): AddressHandler {
  return byMethod({ POST: async (request) => jsonAnswer({ value: await seeds.add(jsonIn(request, wanted)) }) })
}
