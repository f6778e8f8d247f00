export declare const conformancePage: () => string
