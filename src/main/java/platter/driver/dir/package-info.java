/**
 * Volumes as sparse files in a folder of this machine: nothing but the JVM is needed. {@link
 * platter.driver.dir.DirDriver} is the driver; start reading there, then {@code Layout} for what
 * lies where.
 */
@NullMarked
package platter.driver.dir;

import org.jspecify.annotations.NullMarked;
