/**
 * Space as it is: what volumes and snapshots take on the storage, and how much the storage has, has
 * left and has promised.
 */
@NullMarked
package platter.space;

import org.jspecify.annotations.NullMarked;
