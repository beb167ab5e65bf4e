/**
 * Create, extend, delete, show, list and update volumes. {@link platter.volume.Volumes} is the
 * door; each operation is a file from the call to its end; the {@code …Api} files have the JSON.
 */
@NullMarked
package platter.volume;

import org.jspecify.annotations.NullMarked;
