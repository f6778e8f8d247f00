/** Gives the answer of the issuer back to the window that opened this one. */
export {}
