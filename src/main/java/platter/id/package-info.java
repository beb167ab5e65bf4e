/** Typed names of things, so that a volume's id is never taken for a job's. */
@NullMarked
package platter.id;

import org.jspecify.annotations.NullMarked;
