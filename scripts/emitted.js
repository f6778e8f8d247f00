/** What is emitted, name → text: `generated/` from the model, and the pages of `docs/` that are drawn from tables. */
import { statesPage } from '#domain/gdap/states-page.ts'
import { emitCsdl } from '#edm/emit-csdl.ts'
import { models } from '#model/index.ts'
import { schemaText } from '#store/ddl.ts'
import { schemaOf } from '#store/schema.ts'

export const emitted = () => ({
  'metadata-v1.0.xml': emitCsdl(models['v1.0']),
  'metadata-beta.xml': emitCsdl(models.beta),
  'schema.sqlite.sql': schemaText('sqlite', schemaOf(Object.values(models))),
})

export const emittedPages = () => ({ 'gdap-states.md': statesPage() })
