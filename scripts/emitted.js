/** What is emitted, name → text: `generated/` from the model, and the pages of `docs/` that are drawn from tables. */
import { statesPage } from '#domain/gdap/states-page.ts'
import { emitCsdlJson } from '#edm/csdl.ts'
import { emitCsdl } from '#edm/emit-csdl.ts'
import { emitOpenApi } from '#edm/emit-openapi.ts'
import { models } from '#model/index.ts'
import { codeFor } from '#odata/error-body.ts'
import { schemaText } from '#store/ddl.ts'
import { sqliteDdl } from '#store/ddl-sqlite.ts'
import { postgresDdl } from '#store/postgres/ddl.ts'
import { schemaOf } from '#store/schema.ts'
import { conformancePage } from './conformance-page.js'

export const emitted = () => ({
  'metadata-v1.0.xml': emitCsdl(models['v1.0']),
  'metadata-beta.xml': emitCsdl(models.beta),
  'metadata-v1.0.json': emitCsdlJson(models['v1.0']),
  'metadata-beta.json': emitCsdlJson(models.beta),
  'openapi-v1.0.json': emitOpenApi(models['v1.0'], codeFor),
  'openapi-beta.json': emitOpenApi(models.beta, codeFor),
  'schema.postgres.sql': schemaText(postgresDdl(0), schemaOf(Object.values(models))),
  'schema.sqlite.sql': schemaText(sqliteDdl, schemaOf(Object.values(models))),
})

export const emittedPages = () => ({ 'gdap-states.md': statesPage(), 'conformance.md': conformancePage() })
