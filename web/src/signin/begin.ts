/**
 * Before the pages of a registry are drawn: who is signed in, in this tab. Whoever is not goes to the page for it, or, where
 * this browser has been signed in before, straight to the issuer, once.
 */
import { currentSession, type SignInProvider } from '../data/session.ts'
import { keepText, keptText } from '../kit/kept.ts'

const providerKey = 'relata.provider'
const triedKey = 'relata.signin.tried'

/** What went wrong at the last sign-in. */
let fault: unknown

export function signInFault(): unknown {
  return fault
}

function keyOf({ authority, clientId }: SignInProvider): string {
  return `${authority} ${clientId}`
}

/** The one that this browser used last. */
function usedProvider(): SignInProvider | undefined {
  const used = keptText('browser', providerKey)
  return currentSession().info.providers?.find((one) => keyOf(one) === used)
}

export async function signIn(provider: SignInProvider, to: string): Promise<void> {
  keepText('browser', providerKey, keyOf(provider))
  const { leaveToSignIn } = await import('./msal.ts')
  await leaveToSignIn(provider, to)
}

export async function signOut(): Promise<void> {
  const provider = usedProvider()
  keepText('browser', providerKey, undefined)
  keepText('tab', triedKey, undefined)
  if (provider !== undefined) await (await import('./msal.ts')).leaveToSignOut(provider)
}

export function placeNow(): string {
  return `${location.pathname}${location.search}`
}

export async function beginSignIn(): Promise<void> {
  const isPageOfIt = /^\/(?:signin|signed-out)(?:\/|$)/.test(location.pathname)
  const provider = usedProvider()
  try {
    if (provider !== undefined) {
      const { resume } = await import('./msal.ts')
      if (await resume(provider)) {
        keepText('tab', triedKey, undefined)
        return
      }
      if (!isPageOfIt && keptText('tab', triedKey) === undefined) {
        keepText('tab', triedKey, '1')
        await signIn(provider, placeNow())
        return
      }
    }
  } catch (error) {
    fault = error
  }
  if (!isPageOfIt) history.replaceState(null, '', `/signin?to=${encodeURIComponent(placeNow())}`)
}
