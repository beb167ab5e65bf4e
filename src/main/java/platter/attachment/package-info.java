/**
 * Brings volumes to hosts: Cinder's attachments, the tickets under which their bytes are served,
 * and what the NBD server may open. What an attachment means for its volume is decided in {@link
 * platter.volume.Attachments}; start reading at {@code Serving}.
 */
@NullMarked
package platter.attachment;

import org.jspecify.annotations.NullMarked;
