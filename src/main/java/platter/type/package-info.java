/**
 * Volume types: their names, the sizes and the performance that may be chosen, and where each is
 * offered. {@link platter.type.Types} is the door.
 */
@NullMarked
package platter.type;

import org.jspecify.annotations.NullMarked;
