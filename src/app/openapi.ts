/** The OpenAPI documents by address, made on the first request, so that they do not delay the start. */
import type { Json } from '#base/json.ts'
import type { Version } from '#edm/props.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { faultNames } from '#workloads/gdap/settings-flags.ts'
import { models } from '#workloads/models.ts'
import { ownVersion } from './version.ts'

export type Documents = Readonly<Record<string, () => Promise<string>>>

function once(version: Version, onlyPublished: boolean): () => Promise<string> {
  let made: Promise<string> | undefined
  const make = async (): Promise<string> => {
    const { emitOpenApi } = await import('#edm/documents/emit-openapi.ts')
    return emitOpenApi({ ...models[version], onlyPublished }, codeFor)
  }
  return () => {
    made ??= make()
    return made
  }
}

export async function controlDocumentOf(registry: boolean, version: string): Promise<Json> {
  const [{ controlDocument }, { faultSchemasOf }] = await Promise.all([
    import('#control/openapi/document.ts'),
    import('#faults/rule-schema.ts'),
  ])
  return controlDocument(registry, version, { ...faultSchemasOf(faultNames).rule })
}

async function controlText(registry: boolean): Promise<string> {
  return JSON.stringify(await controlDocumentOf(registry, await ownVersion()))
}

/** `strict`: the server answers as Graph does, without what is ours. */
export function openApiDocuments({ registry, strict }: { registry: boolean; strict: boolean }): Documents {
  return {
    '/_relata/control.openapi.json': () => controlText(registry),
    '/_relata/openapi.json': once('v1.0', strict),
    '/_relata/openapi-beta.json': once('beta', strict),
  }
}
