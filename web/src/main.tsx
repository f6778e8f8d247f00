/** Starts the pages: asks the server what it is and whom one can act as, then draws. */
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { followEvents } from './data/live.ts'
import { ownRequestId } from './data/own.ts'
import { queryClient } from './data/query.ts'
import { type Acting, beginSession, type ServerInfo, worldInAddress } from './data/session.ts'
import { beginTexts } from './i18n/t.ts'

interface KnownTenant {
  readonly id: string
  readonly displayName: string
  readonly defaultDomain: string
  readonly isPartner: boolean
  readonly administrators: readonly { readonly displayName: string; readonly userPrincipalName: string }[]
}

async function json<Answer>(path: string): Promise<Answer> {
  const response = await fetch(path, {
    headers: { 'client-request-id': ownRequestId(), 'relata-world': worldInAddress() },
  })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Answer
}

/** Who one is at first: an administrator of the partner. */
async function firstActing(): Promise<Acting | undefined> {
  const { value } = await json<{ value: readonly KnownTenant[] }>('/_relata/tenants')
  const tenant = value.find(({ isPartner }) => isPartner) ?? value[0]
  const person = tenant?.administrators[0]
  if (tenant === undefined || person === undefined) return undefined
  return {
    tenant: { id: tenant.id, name: tenant.displayName, domain: tenant.defaultDomain },
    caller: { kind: 'user', id: person.userPrincipalName, name: person.displayName },
  }
}

async function begin(): Promise<void> {
  const [info] = await Promise.all([json<ServerInfo>('/_relata/info'), beginTexts()])
  beginSession(info, info.mode === 'stand-in' ? await firstActing() : undefined)
  if (info.mode === 'registry') await (await import('./signin/begin.ts')).beginSignIn()
  const place = document.getElementById('root')
  if (place === null) throw new Error('The document has no place for the pages.')
  createRoot(place).render(<App />)
  if (info.features.includes('events')) followEvents(queryClient)
}

begin().catch((error: unknown) => {
  const place = document.getElementById('root')
  if (place === null) return
  const text = document.createElement('p')
  text.style.padding = '24px'
  text.setAttribute('role', 'alert')
  text.textContent = `The pages cannot start: ${error instanceof Error ? error.message : String(error)}`
  const again = document.createElement('button')
  again.textContent = 'Try again'
  again.addEventListener('click', () => location.reload())
  place.replaceChildren(text, again)
})
