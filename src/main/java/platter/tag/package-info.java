/**
 * Tags of any resource: their rules, the calls that read and change them, and a table for resources
 * whose own row has no room for them (pages "Tags", reference: tags.md).
 */
@NullMarked
package platter.tag;

import org.jspecify.annotations.NullMarked;
