/** The NBD server, by a client of its own that also says what no good client would. */
@NullMarked
package platter.nbd;

import org.jspecify.annotations.NullMarked;
