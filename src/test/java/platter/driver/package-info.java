/** The contract that every storage driver is tested by. */
@NullMarked
package platter.driver;

import org.jspecify.annotations.NullMarked;
