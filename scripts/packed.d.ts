/** The types of packed.js, for the test that reads it. */
export declare const repositoryVariable: string
export declare function packedManifest(
  manifest: Readonly<Record<string, unknown>>,
  repository: string | undefined,
): Record<string, unknown>
export declare function packedReadme(readme: string, repository: string | undefined): string
