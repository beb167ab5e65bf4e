/**
 * Who calls, and may they. {@link platter.auth.Authenticator} turns a token or a signature into a
 * {@link platter.auth.Caller}; {@link platter.auth.Policy} says whether the caller may do an {@link
 * platter.auth.Action} in a project. Knows nothing of HTTP beyond {@link platter.auth.Inbound}.
 */
@NullMarked
package platter.auth;

import org.jspecify.annotations.NullMarked;
