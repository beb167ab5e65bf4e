/** Comparing and repairing, on each kind of storage. */
@NullMarked
package platter.verify;

import org.jspecify.annotations.NullMarked;
