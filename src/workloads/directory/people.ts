/** Users and groups: the part of Graph’s directory that a partner’s tools need. */
import { entityType, many } from '#edm/define.ts'
import { complex, complexType, flag, instant, text } from '#edm/props.ts'
import { delegatedPeople } from './delegated-roles.ts'
import { directoryObject, hasMembers, iAmIn, isIn } from './membership.ts'
import { docs, groupScopes, ns, userScopes } from './objects.ts'

export const passwordProfile = complexType(`${ns}.passwordProfile`, 'The password of a new user.', {
  forceChangePasswordNextSignIn: flag({ doc: 'Whether it must be changed at the next sign-in.' }),
  forceChangePasswordNextSignInWithMfa: flag({ doc: 'The same, after a second factor.' }),
  password: text({ sample: 'xWwvJ]6NMw+bWH-d', doc: 'The password; never shown, and never kept.' }),
})

export const user = entityType(`${ns}.user`, {
  doc: 'A person who signs in to the tenant.',
  source: `${docs}user`,
  base: directoryObject,
  partial: true,
  typed: false,
  scopes: userScopes,
  delegated: delegatedPeople,
  silentUpdates: true,
  asked: ['deletedDateTime'],
  props: {
    businessPhones: text({ nullable: false, collection: true, doc: 'Telephone numbers at work.' }),
    displayName: text({ required: true, fold: true, sample: 'Adele Vance', doc: 'Name shown to people.' }),
    givenName: text({ doc: 'First name.' }),
    jobTitle: text({ doc: 'What the person does.' }),
    mail: text({ fold: true, doc: 'Mail address.' }),
    mobilePhone: text({ doc: 'Mobile telephone number.' }),
    officeLocation: text({ doc: 'Where the person works.' }),
    preferredLanguage: text({ doc: 'BCP 47 tag of the language to speak to the person.' }),
    surname: text({ doc: 'Last name.' }),
    userPrincipalName: text({
      required: true,
      fold: true,
      sample: 'adele.vance@contoso.example',
      doc: 'Name used to sign in, unique in the tenant.',
    }),
    accountEnabled: flag({ required: true, returned: 'asked', doc: 'Whether the person may sign in.' }),
    createdDateTime: instant({ readOnly: true, returned: 'asked', doc: 'When the user was made.' }),
    mailNickname: text({ required: true, fold: true, returned: 'asked', sample: 'adele.vance', doc: 'Mail alias.' }),
    passwordProfile: complex(passwordProfile, { required: true, returned: 'asked', doc: 'The first password.' }),
    usageLocation: text({ returned: 'asked', doc: 'Two-letter code of the country services are used in.' }),
    userType: text({ returned: 'asked', initial: 'Member', doc: 'Member or Guest.' }),
  },
  navs: isIn,
})

export const group = entityType(`${ns}.group`, {
  doc: 'A set of people with a purpose: access, mail, or a team.',
  source: `${docs}group`,
  base: directoryObject,
  partial: true,
  typed: false,
  scopes: groupScopes,
  delegated: delegatedPeople,
  silentUpdates: true,
  carry: ['visibility'],
  props: {
    createdDateTime: instant({ readOnly: true, doc: 'When the group was made.' }),
    description: text({ doc: 'What it is for.' }),
    displayName: text({ required: true, fold: true, sample: 'Partners', doc: 'Name of the group.' }),
    groupTypes: text({
      nullable: false,
      collection: true,
      doc: 'Unified for a Microsoft 365 group, DynamicMembership for one with a rule; empty for a security group.',
    }),
    isAssignableToRole: flag({ doc: 'Whether directory roles may be given to it; never changes.' }),
    mail: text({ fold: true, readOnly: true, doc: 'Mail address.' }),
    mailEnabled: flag({ required: true, sample: false, doc: 'Whether mail may be sent to it.' }),
    mailNickname: text({ required: true, fold: true, sample: 'partners', doc: 'Mail alias.' }),
    securityEnabled: flag({ required: true, doc: 'Whether access may be given to it.' }),
    visibility: text({ doc: 'Public, Private or HiddenMembership.' }),
  },
  navs: {
    ...hasMembers,
    ...isIn,
    sites: many(`${ns}.site`, {
      contained: true,
      inverse: 'group',
      doc: 'The sites of the group.',
      can: { list: 'later', get: 'metadata' },
    }),
  },
})

/** The signed-in user. */
export const signedInUser = entityType('relata.signedInUser', {
  doc: 'The user whose token it is.',
  source: 'https://learn.microsoft.com/graph/api/user-get',
  published: false,
  base: directoryObject,
  over: user,
  partial: true,
  scopes: { read: ['User.Read', 'User.ReadWrite', ...userScopes.read], write: ['User.ReadWrite', ...userScopes.write] },
  props: user.props,
  navs: iAmIn,
})
