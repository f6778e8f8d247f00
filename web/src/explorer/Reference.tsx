/** The reference: Swagger UI over the documents of this server. A chunk of its own, loaded when it is opened. */
import { Field, makeStyles, Select, tokens } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { currentSession } from '../data/session.ts'
import { tokenOf } from '../data/wire/tokens.ts'
import { t } from '../i18n/t.ts'
import { Problem } from '../kit/Problem.tsx'
import { Skeleton } from '../kit/Skeleton.tsx'
import { useView } from '../kit/view.ts'

const useStyles = makeStyles({
  bar: { padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL}`, maxWidth: '360px' },
  // Swagger UI has one look, which wants paper under it.
  paper: { backgroundColor: '#ffffff', color: '#3b4151', minHeight: '200px', colorScheme: 'light' },
})

const documents = {
  'v1.0': '/_relata/openapi.json',
  beta: '/_relata/openapi-beta.json',
  _relata: '/_relata/control.openapi.json',
} as const

type DocumentName = keyof typeof documents

async function draw(place: HTMLElement, name: DocumentName): Promise<void> {
  const [{ default: SwaggerUI }] = await Promise.all([
    import('swagger-ui-dist/swagger-ui-es-bundle.js'),
    import('swagger-ui-dist/swagger-ui.css'),
  ])
  SwaggerUI({
    domNode: place,
    url: documents[name],
    docExpansion: 'none',
    filter: true,
    validatorUrl: null,
    defaultModelsExpandDepth: -1,
    requestInterceptor: async (request) => {
      const { acting, world } = currentSession()
      if (request.url.endsWith('openapi.json') || request.url.endsWith('openapi-beta.json')) return request
      const token = await tokenOf(acting)
      if (token !== undefined) request.headers['Authorization'] = `Bearer ${token}`
      if (world !== 'default') request.headers['relata-world'] = world
      return request
    },
  })
}

export function Reference() {
  const styles = useStyles()
  const place = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<'loading' | 'there' | Error>('loading')
  const { view, set } = useView()
  const name: DocumentName = view['v'] === 'beta' || view['v'] === '_relata' ? view['v'] : 'v1.0'
  useEffect(() => {
    const element = place.current
    if (element === null) return
    let isOver = false
    setState('loading')
    draw(element, name).then(
      () => !isOver && setState('there'),
      (error: unknown) => !isOver && setState(error instanceof Error ? error : new Error(String(error))),
    )
    return () => {
      isOver = true
    }
  }, [name])
  return (
    <>
      <div className={styles.bar}>
        <Field label={t('explorer.reference.document')}>
          <Select value={name} onChange={(_, { value }) => set({ v: value })}>
            <option value="v1.0">Microsoft Graph v1.0</option>
            <option value="beta">Microsoft Graph beta</option>
            <option value="_relata">{t('explorer.reference.control')}</option>
          </Select>
        </Field>
      </div>
      {state === 'loading' && <Skeleton lines={5} />}
      {state instanceof Error && <Problem error={state} />}
      <div ref={place} className={styles.paper} />
    </>
  )
}
