package platter.http;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import platter.metric.Histogram;
import platter.metric.Metrics;
import platter.metric.Text;

/** Calls by route and status, and how long each took. Counting one makes nothing. */
public final class Traffic implements Metrics.Source {
  private static final String REQUESTS = "platter_http_requests_total";
  private static final String SECONDS = "platter_http_request_seconds";
  private static final int LAST_STATUS = 599;

  /** Of one route. */
  private static final class Meter {
    final Histogram seconds =
        Histogram.ofSeconds(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
            2.5, 10);
    final AtomicReferenceArray<LongAdder> byStatus = new AtomicReferenceArray<>(LAST_STATUS + 1);

    void add(int status, long nanos) {
      seconds.add(nanos);
      var count = byStatus.get(status);
      if (count == null) {
        byStatus.compareAndSet(status, null, new LongAdder());
        count = byStatus.get(status);
      }
      count.increment();
    }
  }

  /** A route, and its meter once it was called. */
  private static final class Metered {
    final String method;
    final String pattern;
    volatile Optional<Meter> meter = Optional.empty();

    Metered(String method, String pattern) {
      this.method = method;
      this.pattern = pattern;
    }

    Meter meter() {
      var known = meter;
      return known.isPresent() ? known.get() : first();
    }

    private synchronized Meter first() {
      if (meter.isEmpty()) {
        meter = Optional.of(new Meter());
      }
      return meter.get();
    }
  }

  // by identity: a route's own hash looks at all that it is made of
  private final IdentityHashMap<Route, Metered> byRoute = new IdentityHashMap<>();
  private final Metered none = new Metered("", "none");

  Traffic(List<Route> routes) {
    routes.forEach(route -> byRoute.put(route, new Metered(route.method(), route.pattern())));
  }

  /** A call was answered. */
  void answered(Route route, int status, long nanos) {
    add(byRoute.getOrDefault(route, none), status, nanos);
  }

  /** A call of no route was answered. */
  void answered(int status, long nanos) {
    add(none, status, nanos);
  }

  private static void add(Metered route, int status, long nanos) {
    route.meter().add(Math.min(status, LAST_STATUS), nanos);
  }

  @Override
  public void tell(Text text) {
    text.counters(REQUESTS, "Calls that were answered, by route and status.");
    called(
        (route, meter) -> {
          for (int status = 0; status <= LAST_STATUS; status++) {
            var count = meter.byStatus.get(status);
            if (count != null) {
              text.sample(
                  REQUESTS,
                  count.sum(),
                  "method",
                  route.method,
                  "route",
                  route.pattern,
                  "status",
                  Integer.toString(status));
            }
          }
        });
    text.histograms(SECONDS, "Time from a call's headers to its answer, without sending it.");
    called(
        (route, meter) ->
            text.histogram(SECONDS, meter.seconds, "method", route.method, "route", route.pattern));
  }

  private interface Teller {
    void tell(Metered route, Meter meter);
  }

  private void called(Teller teller) {
    Consumer<Metered> one = route -> route.meter.ifPresent(meter -> teller.tell(route, meter));
    byRoute.values().forEach(one);
    one.accept(none);
  }
}
