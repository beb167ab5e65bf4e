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

  /** A route, and the segments of its pattern. */
  private record Target(Route route, List<String> segments) {}

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final Map<String, Target> byMethod = new HashMap<>();
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
    if (node.byMethod.put(route.method(), new Target(route, route.segments())) != null) {
      throw new IllegalArgumentException("two routes " + route.method() + " " + route.pattern());
    }
  }

  /** One slash at the end does not matter; a query must have been cut off. */
  Optional<Match> find(String method, String rawPath) {
    var segments = segments(rawPath);
    var target = find(root, segments, 0, method);
    return target == null ? Optional.empty() : Optional.of(match(target, segments));
  }

  private static @Nullable Target find(Node node, List<String> path, int at, String method) {
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

  private static Match match(Target target, List<String> path) {
    var params = new HashMap<String, String>(4);
    var names = target.segments();
    for (int i = 0; i < names.size(); i++) {
      var name = names.get(i);
      if (name.startsWith("{")) {
        params.put(name.substring(1, name.length() - 1), path.get(i));
      }
    }
    return new Match(target.route(), params);
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
