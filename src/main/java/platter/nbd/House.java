package platter.nbd;

import java.util.concurrent.Executor;

/**
 * What the connections of one server share.
 *
 * @param workers run what waits for a disk
 */
record House(Bounds bounds, Buffers buffers, Turns turns, Lot lot, Executor workers) {}
