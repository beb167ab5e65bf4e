/**
 * Limits of a project and what it uses of them. Use is counted in the transaction that changes a
 * volume's row, so the two never disagree.
 */
@NullMarked
package platter.quota;

import org.jspecify.annotations.NullMarked;
