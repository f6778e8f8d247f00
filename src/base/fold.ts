/** Text as it is compared where case does not matter: NFC, lower case. Stored beside the original. */
export const fold = (value: string): string => value.normalize('NFC').toLowerCase()
