package platter.auth;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The part of a request that proves who sent it, as it travelled on the wire.
 *
 * @param method upper case
 * @param rawPath still percent-encoded, without the query
 * @param rawQuery still percent-encoded, without the question mark; empty when there is none
 * @param headers all values of a header in their order, by lower-case name; empty when absent
 * @param body the bytes as received; asked for only when a signature has to be compared, since a
 *     stranger's are not worth their memory
 */
public record Inbound(
    String method,
    String rawPath,
    String rawQuery,
    Function<String, List<String>> headers,
    Supplier<byte[]> body) {

  Optional<String> header(String lowerCaseName) {
    var values = headers.apply(lowerCaseName);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }
}
