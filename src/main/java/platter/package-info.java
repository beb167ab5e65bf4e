/**
 * The program: its commands ({@link platter.Main}), its settings ({@link platter.Config}) and its
 * wiring ({@link platter.Platter}). Imports every other package; none imports it.
 */
@NullMarked
package platter;

import org.jspecify.annotations.NullMarked;
