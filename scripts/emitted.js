/** What `generated/` holds: file name → text, all of it made from the model. */
import { emitCsdl } from '#edm/emit-csdl.ts'
import { models } from '#model/index.ts'
import { schemaText } from '#store/ddl.ts'
import { schemaOf } from '#store/schema.ts'

export const emitted = () => ({
  'metadata-v1.0.xml': emitCsdl(models['v1.0']),
  'metadata-beta.xml': emitCsdl(models.beta),
  'schema.sqlite.sql': schemaText('sqlite', schemaOf(Object.values(models))),
})
