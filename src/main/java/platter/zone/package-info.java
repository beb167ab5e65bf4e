/** Availability zones: where a volume may be asked for. */
@NullMarked
package platter.zone;

import org.jspecify.annotations.NullMarked;
