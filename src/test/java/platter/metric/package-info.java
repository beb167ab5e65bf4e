/** Numbers for operators. */
@NullMarked
package platter.metric;

import org.jspecify.annotations.NullMarked;
