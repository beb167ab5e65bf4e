/**
 * What runs in a guest of scripts/guest: a load that is cut off with its machine, and its check.
 */
@NullMarked
package platter.guest;

import org.jspecify.annotations.NullMarked;
