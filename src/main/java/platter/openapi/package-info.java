/**
 * The OpenAPI document of the whole API: made of the routes that the server runs, and of what
 * docs/api.md says of them, which travels in the jar.
 */
@NullMarked
package platter.openapi;

import org.jspecify.annotations.NullMarked;
