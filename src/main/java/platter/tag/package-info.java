/**
 * Tags and metadata of any resource: their rules, and the calls that read and change tags. They are
 * kept in the rows of what they belong to, whoever owns these (reference: tags.md).
 */
@NullMarked
package platter.tag;

import org.jspecify.annotations.NullMarked;
