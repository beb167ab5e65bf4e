/**
 * Compares rows, storage and quotas both ways, and repairs what an operator asks to be repaired.
 * {@link platter.verify.Verification} is the door; {@link platter.verify.Difference} is every way
 * in which they can disagree, and what is done about it.
 */
@NullMarked
package platter.verify;

import org.jspecify.annotations.NullMarked;
