/**
 * Serves volumes to hosts and virtual machines by the NBD protocol (<a
 * href="https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md">proto.md</a>), over
 * TCP, TLS and UNIX sockets. {@link platter.nbd.NbdServer} is the door; {@link platter.nbd.Exports}
 * is what it asks who may open what. Start reading at {@code Session}: a client from its first byte
 * to its last; {@code Handshake} and {@code Transmission} are its two phases.
 */
@NullMarked
package platter.nbd;

import org.jspecify.annotations.NullMarked;
