/** Text as it is compared where case does not matter: NFC, lower case. Stored beside the original. */
export function fold(value: string): string {
  // What is ASCII is in NFC.
  return (beyondAscii.test(value) ? value.normalize('NFC') : value).toLowerCase()
}

const beyondAscii = /[^\0-\x7f]/
