package platter.http;

import java.util.ArrayList;
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

  Router(List<Route> routes) {
    routes.forEach(this::add);
  }

  /** A route and the values of its names, still encoded. */
  record Match(Route route, Map<String, String> params) {}

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final Map<String, Route> byMethod = new HashMap<>();
    @Nullable Node any;
  }

  private void add(Route route) {
    var node = root;
    for (var segment : route.segments()) {
      if (segment.startsWith("{")) {
        if (node.any == null) {
          node.any = new Node();
        }
        node = node.any;
      } else {
        node = node.literals.computeIfAbsent(segment, _ -> new Node());
      }
    }
    if (node.byMethod.put(route.method(), route) != null) {
      throw new IllegalArgumentException("two routes " + route.method() + " " + route.pattern());
    }
  }

  /** One slash at the end does not matter; a query must have been cut off. */
  Optional<Match> find(String method, String rawPath) {
    var segments = segments(rawPath);
    var route = find(root, segments, 0, method);
    return route == null ? Optional.empty() : Optional.of(match(route, segments));
  }

  private static @Nullable Route find(Node node, List<String> path, int at, String method) {
    if (at == path.size()) {
      return node.byMethod.get(method);
    }
    var literal = node.literals.get(path.get(at));
    var found = literal == null ? null : find(literal, path, at + 1, method);
    if (found == null && node.any != null && !path.get(at).isEmpty()) {
      found = find(node.any, path, at + 1, method);
    }
    return found;
  }

  private static Match match(Route route, List<String> path) {
    var params = new HashMap<String, String>(4);
    var names = route.segments();
    for (int i = 0; i < names.size(); i++) {
      var name = names.get(i);
      if (name.startsWith("{")) {
        params.put(name.substring(1, name.length() - 1), path.get(i));
      }
    }
    return new Match(route, params);
  }

  private static List<String> segments(String rawPath) {
    int end = rawPath.length();
    if (end > 1 && rawPath.charAt(end - 1) == '/') {
      end--;
    }
    var segments = new ArrayList<String>(6);
    for (int from = 1; from <= end; ) {
      int slash = rawPath.indexOf('/', from);
      int to = slash < 0 || slash > end ? end : slash;
      if (from == to && to == end && segments.isEmpty()) {
        break; // the path is "/"
      }
      segments.add(rawPath.substring(from, to));
      from = to + 1;
    }
    return segments;
  }
}
