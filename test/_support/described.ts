/** Whether the OpenAPI documents describe the status of an answer. Knows no workload. */
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import type { Version } from '#edm/props.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { models } from '#workloads/models.ts'

interface Described {
  readonly form: RegExp
  /** Method in lower case → statuses. */
  readonly methods: ReadonlyMap<string, ReadonlySet<string>>
}

const known = new Map<Version, readonly Described[]>()

const read = (version: Version): Described[] => {
  const { paths } = JSON.parse(emitOpenApi(models[version], codeFor)) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses?: object }>>>>
  }
  return Object.entries(paths).map(([path, item]) => {
    const form = path
      .split(/(\{[^}]+\})/)
      // A key that names a row: neither a cast nor what begins with $.
      .map((part) => (part.startsWith('{') ? '(?!(?:microsoft\\.)?graph\\.)[^/$]+' : part.replace(/[.$()]/g, '\\$&')))
    const methods = Object.entries(item).flatMap(([method, { responses }]) =>
      responses === undefined ? [] : [[method, new Set(Object.keys(responses))] as const],
    )
    return { form: new RegExp(`^/${version}${form.join('')}$`), methods: new Map(methods) }
  })
}

/** Undefined: the documents have no such operation, or show it elsewhere. `path`: from the version on, without a query. */
export const isDescribed = (version: Version, method: string, path: string, status: number): boolean | undefined => {
  const described = known.get(version) ?? read(version)
  known.set(version, described)
  const found = described.filter(({ form }) => form.test(path))
  const statuses = found.flatMap(({ methods }) => methods.get(method.toLowerCase()) ?? [])
  return statuses.length === 0 ? undefined : statuses.some((entry) => entry.has(String(status)))
}
