/**
 * JSON text to trees and back: the one place that sets up Jackson. Reading is strict (duplicate
 * members, trailing text, depth and length limits), so that a bad body is refused before anybody
 * looks into it.
 */
@NullMarked
package platter.json;

import org.jspecify.annotations.NullMarked;
