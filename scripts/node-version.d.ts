/** The types of node-version.js, for the test that reads it. */
export declare const leastNode: string
export declare const pinnedNode: { readonly version: string; readonly packages: Readonly<Record<string, string>> }
export declare const installText: string
export declare function isNewEnough(version: string): boolean
export declare function tooOldText(version: string): string
