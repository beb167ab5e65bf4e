/** Tags of a resource: their limits (page "Tags"). */
@NullMarked
package platter.tag;

import org.jspecify.annotations.NullMarked;
