/** Volume types: their names, the sizes and the performance that may be chosen. */
@NullMarked
package platter.type;

import org.jspecify.annotations.NullMarked;
