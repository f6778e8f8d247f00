/** The types of answers.js, for the test of it. */
export declare const answerReader: () => { readonly status: number; readonly take: (piece: Buffer) => boolean }
