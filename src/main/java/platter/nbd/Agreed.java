package platter.nbd;

/**
 * What a handshake ends with.
 *
 * @param ticket the name by which it was opened
 * @param export open, and to be closed
 * @param size of the export, as the client was told
 * @param structured replies in chunks, see "Structured replies"
 * @param allocation the client may ask for {@code base:allocation}
 */
record Agreed(
    Link link, String ticket, Export export, long size, boolean structured, boolean allocation) {}
