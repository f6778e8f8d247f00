/** Sign-in by MSAL: the code flow with PKCE, by leaving the page and coming back over redirect.html. A chunk of its own. */
import {
  type AccountInfo,
  BrowserCacheLocation,
  CacheLookupPolicy,
  type IPublicClientApplication,
  ProtocolMode,
  PublicClientApplication,
} from '@azure/msal-browser'
import { control } from '../data/plan.ts'
import { ask } from '../data/send.ts'
import { actAs, actAsNobody, type SignInProvider } from '../data/session.ts'
import { signInWith } from '../data/wire/tokens.ts'

interface Me {
  readonly tenant: { readonly id: string; readonly displayName: string; readonly defaultDomain: string }
  readonly user?: {
    readonly id: string
    readonly displayName: string | null
    readonly userPrincipalName: string | null
  }
}

let made: { readonly provider: SignInProvider; readonly client: Promise<IPublicClientApplication> } | undefined

async function makeClient({ kind, authority, clientId }: SignInProvider): Promise<IPublicClientApplication> {
  const client = new PublicClientApplication({
    auth: {
      clientId,
      authority,
      knownAuthorities: [new URL(authority).host],
      redirectUri: `${location.origin}/redirect.html`,
      postLogoutRedirectUri: `${location.origin}/signed-out`,
    },
    // Of this tab: gone when it is closed.
    cache: { cacheLocation: BrowserCacheLocation.SessionStorage },
    system: {
      protocolMode: kind === 'entra' ? ProtocolMode.AAD : ProtocolMode.OIDC,
      allowPlatformBroker: false,
      // Not asked for by the people who sign in, and of no use to anybody here.
      serverTelemetryEnabled: false,
    },
  })
  await client.initialize()
  return client
}

function clientOf(provider: SignInProvider): Promise<IPublicClientApplication> {
  if (made?.provider !== provider) made = { provider, client: makeClient(provider) }
  return made.client
}

/** Gives access tokens from now on: those at hand, then by refresh. There is no frame; else one signs in again. */
function giveTokens(client: IPublicClientApplication, { scopes }: SignInProvider, account: AccountInfo): void {
  signInWith(async (isRefused) => {
    try {
      const { accessToken } = await client.acquireTokenSilent({
        scopes: [...scopes],
        account,
        forceRefresh: isRefused,
        cacheLookupPolicy: CacheLookupPolicy.AccessTokenAndRefreshToken,
      })
      return accessToken
    } catch {
      // Without a token the server answers 401, which says what is missing.
      return undefined
    }
  })
}

/** Whether somebody is signed in. Throws what the issuer, or this server, has against it. */
export async function resume(provider: SignInProvider): Promise<boolean> {
  const client = await clientOf(provider)
  const answer = await client.handleRedirectPromise()
  const account = answer?.account ?? client.getAllAccounts()[0]
  if (account === undefined) {
    actAsNobody()
    return false
  }
  giveTokens(client, provider, account)
  const { tenant, user } = await ask(control<Me>('GET', '/me', { token: true }))
  const id = user?.userPrincipalName ?? account.username
  actAs({
    tenant: { id: tenant.id, name: tenant.displayName, domain: tenant.defaultDomain },
    caller: { kind: 'user', id, name: user?.displayName ?? account.name ?? id },
  })
  return true
}

/** The page is left. `to`: where to come back to. */
export async function leaveToSignIn(provider: SignInProvider, to: string): Promise<void> {
  const client = await clientOf(provider)
  await client.handleRedirectPromise()
  await client.loginRedirect({
    scopes: [...provider.scopes],
    redirectStartPage: `${location.origin}${to}`,
    ...(provider.kind === 'entra' ? { prompt: 'select_account' } : {}),
  })
}

export async function leaveToSignOut(provider: SignInProvider): Promise<void> {
  const client = await clientOf(provider)
  const [account] = client.getAllAccounts()
  actAsNobody()
  // Issuers come back only where they know who asks.
  const hint = account?.idToken
  await client.logoutRedirect({
    ...(account === undefined ? {} : { account }),
    ...(hint === undefined ? {} : { idTokenHint: hint }),
  })
}
