/** Starts the pages: asks the server what it is and whom one can act as, then draws. */
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { followEvents } from './data/live.ts'
import { queryClient } from './data/query.ts'
import { type Acting, beginSession, currentSession, type ServerInfo, worldInAddress } from './data/session.ts'
import { noteWorldGone } from './data/status.ts'
import { ownRequestId } from './data/wire/own.ts'
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

/** What the server is. A world that has ended is no reason not to start: the frame says so, and offers others. */
async function whatServer(): Promise<{ readonly info: ServerInfo; readonly isWorldGone: boolean }> {
  const response = await fetch('/_relata/info', {
    headers: { 'client-request-id': ownRequestId(), 'relata-world': worldInAddress() },
  })
  if (response.ok) return { info: (await response.json()) as ServerInfo, isWorldGone: false }
  const text = await response.text()
  if (response.status !== 404 || !text.includes('relata-world')) throw new Error(text)
  const other = await fetch('/_relata/info', { headers: { 'client-request-id': ownRequestId() } })
  if (!other.ok) throw new Error(text)
  return { info: (await other.json()) as ServerInfo, isWorldGone: true }
}

interface Choice {
  /** Who one is at first: an administrator of the partner. */
  readonly acting: Acting | undefined
  readonly tenantIds: readonly string[]
}

async function firstChoice(): Promise<Choice> {
  const { value } = await json<{ value: readonly KnownTenant[] }>('/_relata/tenants')
  const tenant = value.find(({ isPartner }) => isPartner) ?? value[0]
  const person = tenant?.administrators[0]
  const tenantIds = value.map(({ id }) => id)
  if (tenant === undefined || person === undefined) return { acting: undefined, tenantIds }
  const acting: Acting = {
    tenant: { id: tenant.id, name: tenant.displayName, domain: tenant.defaultDomain },
    caller: { kind: 'user', id: person.userPrincipalName, name: person.displayName },
  }
  return { acting, tenantIds }
}

async function begin(): Promise<void> {
  const [{ info, isWorldGone }] = await Promise.all([whatServer(), beginTexts()])
  if (isWorldGone) noteWorldGone()
  const nobody: Choice = { acting: undefined, tenantIds: [] }
  const { acting, tenantIds } = info.mode === 'stand-in' && !isWorldGone ? await firstChoice() : nobody
  beginSession(info, acting, tenantIds)
  if (info.mode === 'registry') await (await import('./signin/begin.ts')).beginSignIn()
  const place = document.getElementById('root')
  if (place === null) throw new Error('The document has no place for the pages.')
  createRoot(place).render(<App />)
  // In a registry the feed asks for a token.
  const hasToken = info.mode === 'stand-in' || currentSession().acting !== undefined
  if (info.features.includes('events') && !isWorldGone && hasToken) followEvents(queryClient)
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
