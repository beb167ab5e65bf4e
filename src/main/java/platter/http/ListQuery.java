package platter.http;

import static platter.error.ErrorCode.INVALID_LIMIT;
import static platter.error.ErrorCode.INVALID_REQUEST;
import static platter.error.ErrorCode.INVALID_SORT_DIR;
import static platter.error.ErrorCode.INVALID_SORT_KEY;
import static platter.error.ErrorCode.LIMIT_NOT_INTEGER;
import static platter.error.ErrorCode.LIMIT_NOT_POSITIVE;
import static platter.error.ErrorCode.LIMIT_TOO_LARGE;
import static platter.error.ErrorCode.OFFSET_NOT_INTEGER;

import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import platter.error.ApiException;
import platter.error.ErrorCode;

/**
 * What lists read of their query alike: which page, in which order, of which service (page
 * "Querying Details About All Disks").
 */
public final class ListQuery {
  public static final int MAX_LIMIT = 1000;
  private static final BigInteger MAX_INT = BigInteger.valueOf(Integer.MAX_VALUE);
  private static final BigInteger MIN_INT = BigInteger.valueOf(Integer.MIN_VALUE);

  public static final Parameter LIMIT = Parameter.of("limit", Shape.whole(1, MAX_LIMIT));
  public static final Parameter OFFSET = Parameter.of("offset", Shape.whole(0, Integer.MAX_VALUE));

  /** Which part of a list. */
  public static final List<Parameter> PAGE =
      List.of(LIMIT, OFFSET, Parameter.of("marker", Shape.uuid()));

  /** Of {@link #isElsewhere}. */
  public static final Parameter SERVICE =
      Parameter.of("service_type", Shape.oneOf("EVS", "DSS", "DESS"));

  private static final Set<String> OF_PAGE =
      PAGE.stream().map(Parameter::name).collect(Collectors.toUnmodifiableSet());

  private ListQuery() {}

  /**
   * How a list is ordered.
   *
   * @param keys as {@link #order} takes them
   */
  public static List<Parameter> sorting(Collection<String> keys) {
    return List.of(
        Parameter.of("sort_key", Shape.oneOf(keys.stream().sorted().toList())),
        Parameter.of("sort_dir", Shape.oneOf("asc", "desc")));
  }

  /** Parameters of several kinds, as one list. */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  public static List<Parameter> all(List<Parameter>... kinds) {
    return Stream.of(kinds).flatMap(List::stream).toList();
  }

  /** In which order. */
  public record Order(String column, boolean descending) {}

  /**
   * How many at once; the most when the call does not say.
   *
   * @throws ApiException INVALID_LIMIT, LIMIT_TOO_LARGE
   */
  public static int limit(Request request) {
    return request
        .query("limit")
        .map(text -> checkedLimit(number(text, INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT)))
        .orElse(MAX_LIMIT);
  }

  /**
   * The limit, if one may ask for it.
   *
   * @throws ApiException INVALID_LIMIT, LIMIT_TOO_LARGE
   */
  public static int checkedLimit(int limit) {
    if (limit < 1) {
      throw new ApiException(INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT);
    }
    if (limit > MAX_LIMIT) {
      throw new ApiException(LIMIT_TOO_LARGE, "limit must be 1.." + MAX_LIMIT);
    }
    return limit;
  }

  /**
   * As {@link #limit}, in Cinder's words.
   *
   * @throws ApiException LIMIT_NOT_INTEGER, LIMIT_NOT_POSITIVE, and as {@link #limit}
   */
  public static int limitOfCinder(Request request) {
    request
        .query("limit")
        .map(text -> number(text, LIMIT_NOT_INTEGER, "limit param must be an integer"))
        .filter(limit -> limit < 0)
        .ifPresent(
            _ -> {
              throw new ApiException(LIMIT_NOT_POSITIVE, "limit param must be positive");
            });
    return limit(request);
  }

  /**
   * How many are passed over; none when the call does not say.
   *
   * @throws ApiException OFFSET_NOT_INTEGER
   */
  public static int offset(Request request) {
    return request
        .query("offset")
        .map(
            text ->
                checkedOffset(number(text, OFFSET_NOT_INTEGER, "offset must be a number from 0")))
        .orElse(0);
  }

  /**
   * The offset, if one may ask for it.
   *
   * @throws ApiException OFFSET_NOT_INTEGER
   */
  public static int checkedOffset(int offset) {
    if (offset < 0) {
      throw new ApiException(OFFSET_NOT_INTEGER, "offset must be a number from 0");
    }
    return offset;
  }

  /** One that no int can hold becomes the nearest int: it is a number all the same. */
  private static int number(String text, ErrorCode otherwise, String detail) {
    try {
      return new BigInteger(text).min(MAX_INT).max(MIN_INT).intValue();
    } catch (NumberFormatException e) {
      throw new ApiException(otherwise, detail);
    }
  }

  /**
   * The order; the newest first when the call does not say.
   *
   * @param columns of the keys that may be asked for, {@code created_at} among them
   * @throws ApiException INVALID_SORT_KEY, INVALID_SORT_DIR
   */
  public static Order order(
      Map<String, String> columns, Optional<String> sortKey, Optional<String> sortDir) {
    var column = columns.get(sortKey.orElse("created_at"));
    if (column == null) {
      throw new ApiException(INVALID_SORT_KEY, "sort_key must be one of " + columns.keySet());
    }
    var direction = sortDir.orElse("desc");
    if (!direction.equals("desc") && !direction.equals("asc")) {
      throw new ApiException(INVALID_SORT_DIR, "sort_dir must be desc or asc");
    }
    return new Order(column, direction.equals("desc"));
  }

  /**
   * Whether it is the type of a service with dedicated pools, in which nothing lies here.
   *
   * @throws ApiException INVALID_REQUEST
   */
  public static boolean isElsewhere(String serviceType) {
    return switch (serviceType) {
      case "EVS" -> false;
      case "DSS", "DESS" -> true;
      default -> throw new ApiException(INVALID_REQUEST, "service_type must be EVS, DSS or DESS");
    };
  }

  /**
   * The address of the next page: the same question, from the last one of this page on.
   *
   * @param last the id of the last one
   */
  public static String next(Request request, int limit, String last) {
    var href = new StringBuilder(request.base() + request.path() + "?limit=" + limit);
    request
        .query()
        .forEach(
            (name, values) -> {
              if (!OF_PAGE.contains(name)) {
                values.forEach(
                    value ->
                        href.append('&').append(encoded(name)).append('=').append(encoded(value)));
              }
            });
    return href.append("&marker=").append(last).toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
