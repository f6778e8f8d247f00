/** Gives the answer of the issuer back to the page that was left, or to the window that opened this one. */
import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge'

broadcastResponseToMainFrame().catch(() => {
  // Opened by hand, or by an issuer that says nothing.
  location.replace('/signin')
})
