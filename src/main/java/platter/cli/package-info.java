/**
 * The commands of the client. They speak HTTP only, so they load nothing of the server; everything
 * that they do, any other client can do too.
 */
@NullMarked
package platter.cli;

import org.jspecify.annotations.NullMarked;
