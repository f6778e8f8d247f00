/** Users, groups, and who is in which: the part of Graph’s directory that a partner’s tools need. */
import { entityType, many, one } from '#edm/define.ts'
import { complex, complexType, flag, instant, text } from '#edm/props.ts'
import { delegatedPeople } from './delegated-roles.ts'
import { directoryObject, docs, listed, ns, permissions } from './objects.ts'

const page = { size: 100, most: 999 }
export const userScopes = permissions(['User.Read.All', 'User.ReadBasic.All'], ['User.ReadWrite.All'])
const groupScopes = permissions(['GroupMember.Read.All', 'Group.Read.All'], ['Group.ReadWrite.All'])

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
  keys: 'guid',
  dialect: 'directory',
  scopes: userScopes,
  delegated: delegatedPeople,
  silentUpdates: true,
  page,
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
  navs: {
    memberOf: many('relata.joinedGroup', {
      doc: 'Groups the person is in.',
      can: { list: 'docs', get: 'docs' },
      linkedBy: { type: 'relata.membership', from: 'memberId', to: 'groupId' },
    }),
  },
  indexes: [{ keys: ['userPrincipalName'], unique: true }, { keys: ['displayName'] }],
})

export const group = entityType(`${ns}.group`, {
  doc: 'A set of people with a purpose: access, mail, or a team.',
  source: `${docs}group`,
  base: directoryObject,
  partial: true,
  keys: 'guid',
  dialect: 'directory',
  scopes: groupScopes,
  delegated: delegatedPeople,
  silentUpdates: true,
  page,
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
    mail: text({ readOnly: true, doc: 'Mail address.' }),
    mailEnabled: flag({ required: true, sample: false, doc: 'Whether mail may be sent to it.' }),
    mailNickname: text({ required: true, fold: true, sample: 'partners', doc: 'Mail alias.' }),
    securityEnabled: flag({ required: true, doc: 'Whether access may be given to it.' }),
    visibility: text({ doc: 'Public, Private or HiddenMembership.' }),
  },
  navs: {
    members: many('relata.groupMember', {
      doc: 'Who is in it.',
      can: { list: 'docs', get: 'observed', link: 'docs', unlink: 'docs' },
      linkedBy: { type: 'relata.membership', from: 'groupId', to: 'memberId' },
    }),
    sites: many(`${ns}.site`, {
      contained: true,
      inverse: 'group',
      doc: 'The sites of the group.',
      can: { list: 'later', get: 'metadata' },
    }),
  },
  indexes: [{ keys: ['displayName'] }],
})

/** The signed-in user. The rules check its permissions, because without a user the error is another one. */
export const signedInUser = entityType('relata.signedInUser', {
  doc: 'The user whose token it is.',
  source: 'https://learn.microsoft.com/graph/api/user-get',
  published: false,
  base: directoryObject,
  over: user,
  partial: true,
  scopes: { read: ['User.Read', 'User.ReadWrite', ...userScopes.read], write: ['User.ReadWrite', ...userScopes.write] },
  props: user.props,
  navs: user.navs,
})

/** A user in a list of members: shows its type, and needs the permissions of groups. */
export const groupMember = entityType('relata.groupMember', {
  ...listed,
  props: user.props,
  doc: 'A user who is in a group.',
  source: 'https://learn.microsoft.com/graph/api/group-list-members',
  over: user,
  scopes: { read: [...groupScopes.read, ...userScopes.read], write: [] },
  typed: user.name,
})

/** A group in the list of those that a user is in. */
export const joinedGroup = entityType('relata.joinedGroup', {
  ...listed,
  props: group.props,
  doc: 'A group that a user is in.',
  source: 'https://learn.microsoft.com/graph/api/user-list-memberof',
  over: group,
  scopes: { read: [...userScopes.read, ...groupScopes.read], write: [] },
  typed: group.name,
})

export const membership = entityType('relata.membership', {
  doc: 'That a user is in a group.',
  source: 'https://learn.microsoft.com/graph/api/group-post-members',
  published: false,
  dialect: 'directory',
  scopes: permissions([], ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All']),
  delegated: delegatedPeople,
  props: { id: text({ nullable: false, readOnly: true, doc: 'Unique identifier.' }) },
  navs: {
    group: one(`${ns}.group`, { stored: true, held: true, doc: 'The group.' }),
    member: one(`${ns}.user`, { stored: true, held: true, doc: 'The user.' }),
  },
  indexes: [{ keys: ['groupId', 'memberId'], unique: true }, { keys: ['memberId', 'groupId'] }],
})
