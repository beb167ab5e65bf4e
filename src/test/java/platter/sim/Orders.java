package platter.sim;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import platter.id.ProjectId;

/** What clients ask for: of what there is, in whatever state, mostly of what came last. */
final class Orders {
  private static final int LAST = 5;

  private final World world;
  private final SplittableRandom random;
  private final ProjectId project;

  /** A call that starts a job when it is accepted. */
  record Order(String method, String path, String body) {}

  Orders(World world, SplittableRandom random, ProjectId project) {
    this.world = world;
    this.random = random;
    this.project = project;
  }

  Order create() {
    int count = random.nextInt(3) == 0 ? 2 + random.nextInt(4) : 1;
    return create(10 + random.nextInt(10), count, "");
  }

  Optional<Order> createOfSnapshot() {
    return some(world.rows.snapshots().values())
        .map(
            snapshot ->
                create(
                    snapshot.sizeGib() + random.nextInt(3),
                    1,
                    ", \"snapshot_id\": \"%s\"".formatted(snapshot.id())));
  }

  private Order create(int gib, int count, String more) {
    return new Order(
        "POST",
        "/v2.1/" + project + "/cloudvolumes",
        """
        {"volume": {"name": "v", "size": %d, "volume_type": "%s", "availability_zone": "az1", "count": %d%s}}\
        """
            .formatted(gib, random.nextInt(3) == 0 ? "SAS" : "SSD", count, more));
  }

  private <T> Optional<T> some(Collection<T> all) {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    var list = List.copyOf(all);
    return Optional.of(
        list.get(
            random.nextBoolean()
                ? random.nextInt(list.size())
                : Math.max(0, list.size() - 1 - random.nextInt(LAST))));
  }

  private Optional<VolumeRow> volume() {
    return some(world.rows.volumes().values());
  }

  Optional<Order> extend() {
    return volume()
        .map(
            volume ->
                new Order(
                    "POST",
                    "/v2.1/" + project + "/cloudvolumes/" + volume.id() + "/action",
                    "{\"os-extend\": {\"new_size\": %d}}".formatted(11 + random.nextInt(60))));
  }

  Optional<Order> delete() {
    return volume()
        .map(volume -> new Order("DELETE", "/v2/" + project + "/cloudvolumes/" + volume.id(), ""));
  }

  Optional<Order> deleteMany() {
    var ids =
        world.rows.volumes().values().stream()
            .filter(row -> !row.isChanging() && random.nextBoolean())
            .limit(4)
            .map(row -> "{\"id\": \"" + row.id() + "\"}")
            .toList();
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Order(
                "POST",
                "/v5/" + project + "/volumes/batch-delete",
                "{\"volumes\": [%s], \"cascade\": %b}"
                    .formatted(String.join(", ", ids), random.nextBoolean())));
  }

  Optional<Order> retype() {
    return volume()
        .map(
            volume ->
                new Order(
                    "POST",
                    "/v2/" + project + "/volumes/" + volume.id() + "/retype",
                    "{\"os-retype\": {\"new_type\": \"SSD\"}}"));
  }

  Optional<Order> snapshot() {
    return volume()
        .map(
            volume ->
                new Order(
                    "POST",
                    "/v2/" + project + "/cloudsnapshots",
                    "{\"snapshot\": {\"volume_id\": \"%s\", \"name\": \"s\"}}"
                        .formatted(volume.id())));
  }

  Optional<Order> deleteSnapshot() {
    return some(world.rows.snapshots().values())
        .map(
            snapshot ->
                new Order("DELETE", "/v2/" + project + "/cloudsnapshots/" + snapshot.id(), ""));
  }

  Optional<Order> rollBack() {
    Predicate<SnapshotRow> usable = row -> row.status().equals("available");
    return some(world.rows.snapshots().values().stream().filter(usable).toList())
        .map(
            snapshot ->
                new Order(
                    "POST",
                    "/v2/" + project + "/cloudsnapshots/" + snapshot.id() + "/rollback",
                    "{\"rollback\": {\"volume_id\": \"%s\"}}".formatted(snapshot.volume())));
  }
}
