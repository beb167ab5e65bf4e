package platter.account;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import platter.auth.Accounts;
import platter.auth.Domain;
import platter.auth.Project;
import platter.auth.Role;
import platter.auth.User;
import platter.id.ProjectId;
import tools.jackson.core.JsonGenerator;

/**
 * Everybody as a call shows them: those of the configuration first. No secret and no hash is among
 * it.
 */
final class Views {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final Known known;
  private final Accounts all;
  private final long nowMillis;

  Views(Known known, long nowMillis) {
    this.known = known;
    this.all = known.merged().accounts();
    this.nowMillis = nowMillis;
  }

  /** Where it is defined, and so who may change it. */
  enum Source {
    CONFIGURATION,
    DATABASE;

    String wireName() {
      return this == CONFIGURATION ? "configuration" : "database";
    }
  }

  /** Whether one can work with it; {@code ignored}: the configuration hides it. */
  enum State {
    ACTIVE,
    DISABLED,
    EXPIRED,
    IGNORED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record DomainView(Domain domain, Source source, State state, OptionalLong created) {}

  record ProjectView(Project project, Source source, State state, OptionalLong created) {}

  record UserView(
      String id,
      String name,
      String domainId,
      Role role,
      List<ProjectId> projects,
      Source source,
      State state,
      OptionalLong created) {}

  record KeyView(
      String access,
      String userId,
      String description,
      OptionalLong expires,
      Source source,
      State state,
      OptionalLong created) {}

  List<DomainView> domains() {
    return Stream.concat(
            known.configured().domains().stream()
                .map(
                    one ->
                        new DomainView(
                            one, Source.CONFIGURATION, State.ACTIVE, OptionalLong.empty())),
            known.rows().domains().stream().map(this::view))
        .toList();
  }

  DomainView view(StoredDomain row) {
    return new DomainView(
        row.domain(),
        Source.DATABASE,
        state(row.domain().id(), State.ACTIVE),
        OptionalLong.of(row.createdMillis()));
  }

  List<ProjectView> projects() {
    return Stream.concat(
            known.configured().projects().stream()
                .map(
                    one ->
                        new ProjectView(
                            one, Source.CONFIGURATION, State.ACTIVE, OptionalLong.empty())),
            known.rows().projects().stream().map(this::view))
        .toList();
  }

  ProjectView view(StoredProject row) {
    return new ProjectView(
        row.project(),
        Source.DATABASE,
        state(row.project().id().text(), State.ACTIVE),
        OptionalLong.of(row.createdMillis()));
  }

  List<UserView> users() {
    return Stream.concat(
            known.configured().users().stream()
                .map(
                    one ->
                        new UserView(
                            one.id(),
                            one.name(),
                            one.domainId(),
                            one.role(),
                            one.projects(),
                            Source.CONFIGURATION,
                            State.ACTIVE,
                            OptionalLong.empty())),
            known.rows().users().stream().map(this::view))
        .toList();
  }

  UserView view(StoredUser row) {
    return new UserView(
        row.id(),
        row.name(),
        row.domainId(),
        row.role(),
        row.projects(),
        Source.DATABASE,
        state(row.id(), row.enabled() ? State.ACTIVE : State.DISABLED),
        OptionalLong.of(row.createdMillis()));
  }

  List<KeyView> keys() {
    var keys = new ArrayList<KeyView>();
    for (var key : known.configured().accessKeys()) {
      boolean expired =
          key.expiresMillis().isPresent() && nowMillis >= key.expiresMillis().getAsLong();
      keys.add(
          new KeyView(
              key.access(),
              key.userId(),
              "",
              key.expiresMillis(),
              Source.CONFIGURATION,
              expired ? State.EXPIRED : State.ACTIVE,
              OptionalLong.empty()));
    }
    known.rows().keys().forEach(row -> keys.add(view(row)));
    return keys;
  }

  KeyView view(StoredKey row) {
    boolean disabled =
        !row.enabled() || known.rows().user(row.userId()).stream().anyMatch(one -> !one.enabled());
    return new KeyView(
        row.access(),
        row.userId(),
        row.description(),
        row.expiresMillis(),
        Source.DATABASE,
        state(
            row.access(),
            disabled ? State.DISABLED : row.hasExpired(nowMillis) ? State.EXPIRED : State.ACTIVE),
        OptionalLong.of(row.createdMillis()));
  }

  private State state(String id, State otherwise) {
    return known.merged().ignored().containsKey(id) ? State.IGNORED : otherwise;
  }

  void write(JsonGenerator g, DomainView view) {
    g.writeStartObject();
    g.writeStringProperty("id", view.domain().id());
    g.writeStringProperty("name", view.domain().name());
    end(g, view.source(), view.state(), view.created());
  }

  void write(JsonGenerator g, ProjectView view) {
    g.writeStartObject();
    g.writeStringProperty("id", view.project().id().text());
    g.writeStringProperty("name", view.project().name());
    domain(g, view.project().domainId());
    end(g, view.source(), view.state(), view.created());
  }

  /**
   * @param password that was made for the user, told this once
   */
  void write(JsonGenerator g, UserView view, Optional<String> password) {
    g.writeStartObject();
    g.writeStringProperty("id", view.id());
    g.writeStringProperty("name", view.name());
    domain(g, view.domainId());
    password.ifPresent(text -> g.writeStringProperty("password", text));
    g.writeStringProperty("role", view.role().wireName());
    g.writeArrayPropertyStart("projects");
    for (var project : view.projects()) {
      g.writeStartObject();
      g.writeStringProperty("id", project.text());
      g.writeStringProperty("name", all.project(project).map(Project::name).orElse(""));
      g.writeEndObject();
    }
    g.writeEndArray();
    end(g, view.source(), view.state(), view.created());
  }

  /**
   * @param secret of a key that was made, told this once
   */
  void write(JsonGenerator g, KeyView view, Optional<String> secret) {
    g.writeStartObject();
    g.writeStringProperty("access", view.access());
    secret.ifPresent(text -> g.writeStringProperty("secret", text));
    g.writeStringProperty("user_id", view.userId());
    g.writeStringProperty("user", userName(view.userId()));
    g.writeStringProperty("description", view.description());
    time(g, "expires_at", view.expires());
    end(g, view.source(), view.state(), view.created());
  }

  private String userName(String id) {
    return known
        .configured()
        .user(id)
        .map(User::name)
        .or(() -> known.rows().user(id).map(StoredUser::name))
        .orElse("");
  }

  private void domain(JsonGenerator g, String id) {
    g.writeStringProperty("domain_id", id);
    g.writeStringProperty("domain", all.domain(id).map(Domain::name).orElse(""));
  }

  private static void end(JsonGenerator g, Source source, State state, OptionalLong created) {
    g.writeStringProperty("state", state.wireName());
    g.writeStringProperty("source", source.wireName());
    time(g, "created_at", created);
    g.writeEndObject();
  }

  private static void time(JsonGenerator g, String name, OptionalLong millis) {
    g.writeStringProperty(
        name, millis.isPresent() ? TIME.format(Instant.ofEpochMilli(millis.getAsLong())) : "");
  }
}
