/** The types of emitted.js, for the test that reads it. */
export declare const emitted: () => Readonly<Record<string, string>>
export declare const emittedPages: () => Readonly<Record<string, string>>
export declare const withParity: (readme: string) => string
