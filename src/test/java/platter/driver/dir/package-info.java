/** The folder driver: by its contract, by its own layout, by real failures, by kill -9. */
@NullMarked
package platter.driver.dir;

import org.jspecify.annotations.NullMarked;
