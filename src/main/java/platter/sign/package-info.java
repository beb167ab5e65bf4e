/**
 * Signatures of requests as the SDKs make them: the canonical form of a request, its hash, the
 * keyed hash over that. Both sides use it: {@link platter.sign.Signer} signs what our client sends,
 * and {@code auth} checks what others sent. Knows no accounts, no clock and no HTTP library.
 */
@NullMarked
package platter.sign;

import org.jspecify.annotations.NullMarked;
