/** Tests of what the C library does. */
@NullMarked
package platter.libc;

import org.jspecify.annotations.NullMarked;
