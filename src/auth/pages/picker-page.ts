/** The pages of sign-in: choosing an account, entering a device's code, and errors. None asks for a password. */
import { html, type Markup, pageAnswer } from '#base/html.ts'
import type { OwnAnswer } from '#base/own-address.ts'
import type { AccountName } from '../directory/directory.ts'
import { descriptionOf, errorUri, type Refusal, type RefusalIds } from '../issuer/oauth-error.ts'

/** With more accounts the page asks for a name instead. */
export const listedMost = 100

const standIn = html`<p class="warn"><small>A stand-in for Microsoft&rsquo;s sign-in page. It asks for no password: whoever can open it may sign in as anybody it lists.</small></p>`

export interface Picker {
  /** Name of the application. */
  readonly application: string
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
  readonly accounts: readonly AccountName[]
  /** This account is first and has the focus. */
  readonly hint: string | undefined
  readonly targets?: readonly string[]
  readonly refusal?: Refusal | undefined
  /** A warning above the choice. */
  readonly caution?: string
}

function hiddenFields(hidden: Readonly<Record<string, string>>): Markup[] {
  return Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
}

function isHinted({ userName, userId }: AccountName, hint: string | undefined): boolean {
  return hint !== undefined && (userName.toLowerCase() === hint.toLowerCase() || userId === hint.toLowerCase())
}

function focus(on: boolean): Markup | undefined {
  return on ? html` autofocus` : undefined
}

function button({ tenantId, userId, displayName, userName }: AccountName, focused: boolean): Markup {
  return html`<button name="account" value="${tenantId} ${userId}"${focus(focused)}><strong>${displayName}</strong><small>${userName}</small></button>`
}

function told(refusal: Refusal | undefined): Markup | undefined {
  return refusal === undefined
    ? undefined
    : html`<p class="warn" role="alert"><strong>AADSTS${refusal.code}</strong> ${refusal.text}</p>`
}

export function pickerPage(picker: Picker): OwnAnswer {
  const { application, action, hidden, accounts, hint, targets, refusal, caution } = picker
  const listed = accounts.length > listedMost ? [] : accounts
  const ordered = [...listed].sort((one, other) => Number(isHinted(other, hint)) - Number(isHinted(one, hint)))
  const isKnown = ordered[0] !== undefined && isHinted(ordered[0], hint)
  return pageAnswer({
    title: 'Choose an account',
    status: refusal?.status ?? 200,
    ...(targets === undefined ? {} : { formTargets: targets }),
    body: html`<p class="from">Sign in to ${application}</p>
<h1>Choose an account</h1>
${told(refusal)}
${caution === undefined ? undefined : html`<p>${caution}</p>`}
<form method="post" action="${action}">${hiddenFields(hidden)}
<div class="accounts">${ordered.map((account, at) => button(account, at === 0))}</div>
</form>
<form method="post" action="${action}">${hiddenFields(hidden)}
<label for="name">Another account (user name)</label>
<input id="name" name="name" autocomplete="off" spellcheck="false" required value="${isKnown ? '' : (hint ?? '')}"${focus(ordered.length === 0)}>
<div class="choice"><button class="first">Next</button><button name="cancel" value="1" formnovalidate>Cancel</button></div>
</form>
${standIn}`,
  })
}

export function devicePage(facts: {
  readonly action: string
  readonly token: string
  readonly code: string
  readonly fault?: string
}): OwnAnswer {
  return pageAnswer({
    title: 'Enter the code',
    status: facts.fault === undefined ? 200 : 400,
    body: html`<p class="from">Sign in on another device</p>
<h1>Enter the code</h1>
${facts.fault === undefined ? undefined : html`<p class="warn" role="alert">${facts.fault}</p>`}
<form method="post" action="${facts.action}">${hiddenFields({ token: facts.token })}
<label for="user_code">Code shown by the application or the device</label>
<input id="user_code" name="user_code" value="${facts.code}" required autofocus autocomplete="off" spellcheck="false" maxlength="20">
<div class="choice"><button class="first">Next</button></div>
</form>
${standIn}`,
  })
}

export function donePage(title: string, text: string): OwnAnswer {
  return pageAnswer({
    title,
    body: html`<div role="status"><h1>${title}</h1><p>${text}</p></div>`,
  })
}

export function refusalPage(refusal: Refusal, ids: RefusalIds, now: Date, origin: string): OwnAnswer {
  return pageAnswer({
    status: refusal.status,
    title: 'Sign-in did not work',
    body: html`<h1>Sign-in did not work</h1>
<p role="alert">${descriptionOf(refusal, ids, now)}</p>
<p><a href="${errorUri(origin, refusal)}">About this code</a></p>`,
  })
}

/** The page of `error_uri`. */
export function codePage(code: string): OwnAnswer {
  const known = /^\d{4,9}$/.test(code) ? code : undefined
  return pageAnswer({
    title: known === undefined ? 'Sign-in errors' : `AADSTS${known}`,
    status: known === undefined ? 404 : 200,
    body:
      known === undefined
        ? html`<h1>Sign-in errors</h1><p>Give the number as <code>?code=</code>.</p>`
        : html`<h1>AADSTS${known}</h1>
<p>The error itself says what was wrong. The numbers are Microsoft&rsquo;s: <a href="https://login.microsoftonline.com/error?code=${known}">what Microsoft says of this one</a>.</p>`,
  })
}
