package platter.nbd;

import java.util.concurrent.Executor;

/**
 * What the connections of one server share.
 *
 * @param workers run what waits for a disk
 * @param traffic counts what is asked for
 */
record House(
    Bounds bounds, Buffers buffers, Turns turns, Lot lot, Executor workers, Traffic traffic) {}
