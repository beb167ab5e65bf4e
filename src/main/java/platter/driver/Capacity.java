package platter.driver;

/**
 * How full a storage is.
 *
 * @param totalBytes what it can hold; 0 when nobody knows it now
 * @param freeBytes what can still be written, by us and by whoever shares it
 */
public record Capacity(long totalBytes, long freeBytes) {}
