/** The OpenAPI documents of the server, each read once. */
import type { RequestPlan } from '../data/plan.ts'
import { useRead } from '../data/query.ts'
import type { ApiVersion, OpenApi } from './paths.ts'

const addresses: Readonly<Record<ApiVersion, string>> = {
  'v1.0': '/_relata/openapi.json',
  beta: '/_relata/openapi-beta.json',
  _relata: '/_relata/control.openapi.json',
}

/** Paths of the control addresses begin with `/_relata`; here they do not. */
function below({ paths, ...rest }: OpenApi): OpenApi {
  const entries = Object.entries(paths).map(([path, item]) => [path.replace(/^\/_relata(?=\/)/, ''), item] as const)
  return { ...rest, paths: Object.fromEntries(entries) }
}

export function useDocument(version: ApiVersion) {
  const plan: RequestPlan<OpenApi> = { method: 'GET', path: addresses[version], needsToken: false }
  return useRead('admin', ['openapi', version], plan, {
    staleTime: Number.POSITIVE_INFINITY,
    ...(version === '_relata' ? { select: below } : {}),
  })
}
