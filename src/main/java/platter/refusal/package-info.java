/**
 * The calls of the reference that Platter does not offer: each answers 404 {@code APIGW.0101} and
 * says why. {@link platter.refusal.Refusals} is the table.
 */
@NullMarked
package platter.refusal;

import org.jspecify.annotations.NullMarked;
