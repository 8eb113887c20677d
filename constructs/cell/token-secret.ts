/** The Secret that the runner makes for a gateway's token: its name and its key. */

/** Names that it can have: a nonce of 50 bits, so that two of the same tenant do not meet. */
export const tokenSecretNames = /^gateway-token-[a-z2-7]{10}$/;

/** Key of the token inside the Secret. */
export const tokenKey = 'token';
