/** Signs people in at the issuers of a registry. */
export async function beginSignIn(): Promise<void> {
  return undefined
}
