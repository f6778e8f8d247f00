/**
 * The link that partners build has its data in the fragment of the admin center's address, which no server gets; a page
 * with a small script passes it on (gdap.md §5).
 */

import { html, pageAnswer } from '#base/html.ts'
import type { AddressHandler } from '#base/own-address.ts'
import { byMethod } from '../request.ts'

const script = `
const go = () => {
  const found = /^#\\/partners\\/invitation\\/granularAdminRelationships\\/([0-9a-f-]{73})\\/?$/i.exec(location.hash)
  if (found) location.replace('/approve/' + found[1].toLowerCase())
}
addEventListener('hashchange', go)
go()
`

export const adminCenter: AddressHandler = byMethod({
  GET: async () =>
    pageAnswer({
      title: 'Partner invitations',
      script,
      body: html`<h1>Partner invitations</h1>
<p>This address needs the id of an invitation behind it: <code>#/partners/invitation/granularAdminRelationships/{id}</code>.</p>
<noscript><p>Without scripts, open <code>/approve/{id}</code> instead, with the id at the end of the link you were sent.</p></noscript>`,
    }),
})
