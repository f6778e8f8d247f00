/** Refuses requests of a client that sends too many, with the code of what they are about (protocol.md §1.5, §1.13). */
import { throttled } from '#base/errors.ts'
import type { PathStep } from '#odata/url/steps.ts'
import { failure } from '../failure.ts'
import type { Handle, PlainRequest } from '../request.ts'
import type { Routes } from '../request-context.ts'
import type { Engine } from '../session.ts'

/** Undefined where there is no such address. */
export function lastStep({ pathOf }: Routes, request: PlainRequest): PathStep | undefined {
  try {
    return pathOf(request).steps.at(-1)
  } catch {
    return undefined
  }
}

export function withThrottling(engine: Engine, routes: Routes, handle: Handle): Handle {
  // Adds no promise for the usual request.
  return (request) => {
    const { waitSeconds } = request
    if (waitSeconds === undefined) return handle(request)
    return Promise.resolve(failure(engine, request, throttled(waitSeconds), lastStep(routes, request)))
  }
}
