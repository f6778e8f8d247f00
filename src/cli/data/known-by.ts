/** How tokens name the people that `relata tenant` has added: by an object id, or by a sign-in name where an issuer answers for names. */
import { fixedIds, type OutsideIssuer } from '#auth/outside/outside-issuer.ts'

export interface GivenPeople {
  readonly administrator?: readonly string[]
  readonly person?: readonly string[]
}

/** Whether people may be known by their sign-in names. */
function knowsNames({ claims, verified, immutable }: OutsideIssuer): boolean {
  return (verified !== undefined || immutable === true) && claims.user.some((name) => !fixedIds.includes(name))
}

/** The flags that have a name and no id. */
function namedOnly({ administrator = [], person = [] }: GivenPeople): string[] {
  const flagged = [
    ...administrator.filter((one) => one !== 'app@sharepoint').map((one) => ['--administrator', one] as const),
    ...person.map((one) => ['--person', one] as const),
  ]
  return flagged
    .filter(([, one]) => one.includes('@') && !one.includes('='))
    .map(([flag, one]) => `${flag} ${one}=OBJECT-ID`)
}

export interface PeopleNote {
  readonly text: string
  /** By the issuers that are known here, no token can be for them. */
  readonly isWarning: boolean
}

/** Undefined: nothing has to be said. `tenant`: its default domain. */
export function noteOnPeople(
  given: GivenPeople,
  tenant: string,
  issuers: readonly OutsideIssuer[],
): PeopleNote | undefined {
  const named = namedOnly(given)
  if (named.length === 0 || issuers.some(knowsNames)) return undefined
  const cure = `relata tenant update ${tenant} ${named.join(' ')}`
  const names = named.map((one) => one.replace(/^--\w+ (.*)=.*$/, '$1')).join(', ')
  const who = `${names}: the object id was not given, so one was made here`
  return issuers.length > 0
    ? {
        text: `${who}, and the issuers know people by object id only: no token is for them\ntip: give the id: ${cure}`,
        isWarning: true,
      }
    : {
        text: `${who}. Where the issuer knows people by object id, as Entra ID does, no token is for them until the id is given:\n${cure}`,
        isWarning: false,
      }
}
