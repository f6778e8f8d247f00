/** The OpenAPI documents by address, made on the first request, so that they do not delay the start. */
import type { Version } from '#edm/props.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { models } from '#workloads/models.ts'
import { ownVersion } from './version.ts'

export type Documents = Readonly<Record<string, () => Promise<string>>>

function once(version: Version): () => Promise<string> {
  let made: Promise<string> | undefined
  const make = async (): Promise<string> => {
    const { emitOpenApi } = await import('#edm/documents/emit-openapi.ts')
    return emitOpenApi(models[version], codeFor)
  }
  return () => {
    made ??= make()
    return made
  }
}

async function controlText(registry: boolean): Promise<string> {
  const { controlDocument } = await import('#control/openapi/document.ts')
  return JSON.stringify(controlDocument(registry, await ownVersion()))
}

export function openApiDocuments(registry: boolean): Documents {
  return {
    '/_relata/control.openapi.json': () => controlText(registry),
    '/_relata/openapi.json': once('v1.0'),
    '/_relata/openapi-beta.json': once('beta'),
  }
}
