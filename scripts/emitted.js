/**
 * What is emitted, name → text: `generated/` from the model, the pages of `docs/` that are drawn from tables, and the one
 * whose code comes out of the witnesses.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingsByOption } from '#app/config.ts'
import { seedSchema, seedSchemaName } from '#app/seed/format/seed-schema.ts'
import { configSchemaName, schemaOf as configSchemaOf } from '#app/settings/config-file.ts'
import { withReference } from '#cli/reference.ts'
import { emitCsdlJson } from '#edm/documents/csdl.ts'
import { emitCsdl } from '#edm/documents/emit-csdl.ts'
import { emitOpenApi } from '#edm/documents/emit-openapi.ts'
import { faultSchemaName, faultSchemasOf } from '#faults/rule-schema.ts'
import { codeFor } from '#odata/body/error-body.ts'
import { postgresDdl } from '#store/postgres/ddl.ts'
import { schemaText } from '#store/schema/ddl.ts'
import { schemaOf } from '#store/schema/schema.ts'
import { sqliteDdl } from '#store/sqlite/ddl.ts'
import { statesPage } from '#workloads/gdap/rules/states-page.ts'
import { faultNames } from '#workloads/gdap/settings-flags.ts'
import { models } from '#workloads/models.ts'
import { conformancePage } from './conformance-page.js'
import { root } from './install.js'
import { parityPage, paritySentence } from './parity/page.js'
import { withRecipes } from './recipes.js'

export const emitted = () => ({
  'metadata-v1.0.xml': emitCsdl(models['v1.0']),
  'metadata-beta.xml': emitCsdl(models.beta),
  'metadata-v1.0.json': emitCsdlJson(models['v1.0']),
  'metadata-beta.json': emitCsdlJson(models.beta),
  'openapi-v1.0.json': emitOpenApi(models['v1.0'], codeFor),
  'openapi-beta.json': emitOpenApi(models.beta, codeFor),
  'schema.postgres.sql': schemaText(postgresDdl(0), schemaOf(Object.values(models))),
  'schema.sqlite.sql': schemaText(sqliteDdl, schemaOf(Object.values(models))),
  [faultSchemaName]: `${JSON.stringify(faultSchemasOf(faultNames).scenario, null, 2)}\n`,
  [seedSchemaName]: `${JSON.stringify(seedSchema, null, 2)}\n`,
  [configSchemaName]: `${JSON.stringify(configSchemaOf(settingsByOption), null, 2)}\n`,
})

export const emittedPages = () => ({
  'gdap-states.md': statesPage(),
  'conformance.md': conformancePage(),
  'cli.md': withReference(readFileSync(join(root, 'docs', 'cli.md'), 'utf8')),
  'clients.md': withRecipes(readFileSync(join(root, 'docs', 'clients.md'), 'utf8')),
  'parity.md': parityPage(),
})

/** The README with the counts of docs/parity.md between their marks. */
export const withParity = (readme) =>
  readme.replace(/(<!-- parity -->\n).*(\n<!-- \/parity -->)/s, (_, begin, end) => `${begin}${paritySentence()}${end}`)
