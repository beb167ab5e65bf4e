package platter.sign;

import java.util.List;
import java.util.function.Function;

/**
 * The parts of a request that a signature covers, as they travel on the wire.
 *
 * @param method upper case
 * @param rawPath percent-encoded in whatever taste, without the query
 * @param rawQuery percent-encoded, without the question mark; empty when there is none
 * @param headers all values of a header in their order, by lower-case name; empty when absent
 */
public record WireRequest(
    String method, String rawPath, String rawQuery, Function<String, List<String>> headers) {}
