package platter.driver;

/**
 * How full a storage is.
 *
 * @param totalBytes what it can hold
 * @param freeBytes what can still be written, by us and by whoever shares it
 * @param provisionedBytes the sum of the sizes of its volumes: may exceed the total, since space is
 *     taken when it is written
 */
public record Capacity(long totalBytes, long freeBytes, long provisionedBytes) {}
