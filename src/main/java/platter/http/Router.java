package platter.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a path: a tree of segments, so that its cost is the length of the path and not
 * the number of routes. A literal segment wins over a {@code {name}}.
 */
final class Router {
  private final Node root = new Node();
  private int deepest;

  Router(List<Route> routes) {
    routes.forEach(this::add);
  }

  /** A route and the values of its names, still encoded. */
  record Match(Route route, Map<String, String> params) {}

  /**
   * A route.
   *
   * @param names of the segments that have one, else ""
   */
  private record Target(Route route, List<String> names) {
    static Target of(Route route) {
      return new Target(
          route,
          route.segments().stream()
              .map(one -> isName(one) ? one.substring(1, one.length() - 1) : "")
              .toList());
    }
  }

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final Map<String, Target> byMethod = new HashMap<>();
    @Nullable Node any;
  }

  private static boolean isName(String segment) {
    return segment.startsWith("{");
  }

  private void add(Route route) {
    var node = root;
    for (var segment : route.segments()) {
      if (isName(segment)) {
        if (node.any == null) {
          node.any = new Node();
        }
        node = node.any;
      } else {
        node = node.literals.computeIfAbsent(segment, _ -> new Node());
      }
    }
    if (node.byMethod.put(route.method(), Target.of(route)) != null) {
      throw new IllegalArgumentException("two routes " + route.method() + " " + route.pattern());
    }
    deepest = Math.max(deepest, route.segments().size());
  }

  /** One slash at the end does not matter; a query must have been cut off. */
  Optional<Match> find(String method, String rawPath) {
    int end = rawPath.length();
    if (end > 1 && rawPath.charAt(end - 1) == '/') {
      end--;
    }
    var values = new String[deepest];
    var target =
        end <= 1 ? root.byMethod.get(method) : find(root, method, rawPath, 1, end, values, 0);
    return target == null ? Optional.empty() : Optional.of(match(target, values));
  }

  /**
   * @param from where the next segment begins; beyond the end when there is none
   * @param values of the segments that have a name; filled on the way
   */
  private static @Nullable Target find(
      Node node, String method, String path, int from, int end, String[] values, int depth) {
    if (from > end) {
      return node.byMethod.get(method);
    }
    int slash = path.indexOf('/', from);
    int to = slash < 0 || slash > end ? end : slash;
    var segment = path.substring(from, to);
    var literal = node.literals.get(segment);
    var found =
        literal == null ? null : find(literal, method, path, to + 1, end, values, depth + 1);
    if (found == null && node.any != null && to > from) {
      values[depth] = segment;
      found = find(node.any, method, path, to + 1, end, values, depth + 1);
    }
    return found;
  }

  private static Match match(Target target, String[] values) {
    var params = new HashMap<String, String>(4);
    var names = target.names();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isEmpty()) {
        params.put(names.get(i), values[i]);
      }
    }
    return new Match(target.route(), params);
  }
}
