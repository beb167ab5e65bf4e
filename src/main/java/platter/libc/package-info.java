/**
 * The few calls of the C library that the JDK lacks, by the foreign-function API: {@link
 * platter.libc.Libc} for whoever handles files now and then, {@link platter.libc.RawFile} for
 * whoever reads and writes all the time. Only on Linux; each user has a plain way for elsewhere.
 */
@NullMarked
package platter.libc;

import org.jspecify.annotations.NullMarked;
