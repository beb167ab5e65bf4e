package platter.tag;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.auth.Caller;
import platter.auth.Role;
import platter.db.SqliteDatabase;
import platter.db.Tx;
import platter.http.Answer;
import platter.http.Calls;
import platter.id.ProjectId;

/** {@code /v5/{project_id}/snapshots/…/tags}, of snapshots that a test makes up. */
class SnapshotTagsApiTest {
  private static final ProjectId ALICE = new ProjectId("a11ce000000000000000000000000001");
  private static final ProjectId BOB = new ProjectId("b0b00000000000000000000000000001");
  private static final String ONE = "00000000-0000-4000-8000-000000000001";
  private static final String TWO = "00000000-0000-4000-8000-000000000002";

  private final Map<String, Map<String, String>> tags =
      new HashMap<>(Map.of(ALICE + ONE, Map.of(), ALICE + TWO, Map.of()));
  private SqliteDatabase db;
  private Calls calls;

  @BeforeEach
  void open(@TempDir Path folder) {
    db = SqliteDatabase.open(folder.resolve("platter.db"));
    calls = new Calls(new SnapshotTagsApi(db, new InMemory()).routes());
  }

  /** As the rows of snapshots would. */
  private final class InMemory implements Tagged {
    @Override
    public String kind() {
      return "snapshot";
    }

    @Override
    public Optional<Map<String, String>> find(Tx tx, ProjectId project, String id) {
      return Optional.ofNullable(tags.get(project + id));
    }

    @Override
    public Optional<Map<String, String>> findToChange(Tx tx, ProjectId project, String id) {
      return find(tx, project, id);
    }

    @Override
    public void set(Tx tx, ProjectId project, String id, Map<String, String> all) {
      tags.put(project + id, all);
    }

    @Override
    public SortedMap<String, SortedSet<String>> all(Tx tx, ProjectId project) {
      var all = new TreeMap<String, SortedSet<String>>();
      tags.forEach(
          (id, each) -> {
            if (id.startsWith(project.text())) {
              each.forEach(
                  (key, value) -> all.computeIfAbsent(key, _ -> new TreeSet<>()).add(value));
            }
          });
      return all;
    }
  }

  @AfterEach
  void close() {
    db.close();
  }

  private Answer call(ProjectId project, String method, String path, String body) {
    return calls.answer(
        new Calls.Call(
            new Caller("u", "user", "d", "domain", Optional.empty(), Set.of(project), Role.MEMBER),
            project,
            method,
            "/v5/" + project + "/snapshots" + path,
            Map.of(),
            Map.of(),
            body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void tagsAreAddedOverwrittenRemovedAndListed() {
    var body = "{\"tags\": [{\"key\": \"a\", \"value\": \"%s\"}, {\"key\": \"b\"}]}";
    assertThat(call(ALICE, "POST", "/" + ONE + "/tags/create", body.formatted("1")).status())
        .isEqualTo(204);
    call(ALICE, "POST", "/" + TWO + "/tags/create", body.formatted("1"));
    call(ALICE, "POST", "/" + TWO + "/tags/create", body.formatted("2"));
    assertThat(text(call(ALICE, "GET", "/tags", "")))
        .isEqualTo(
            "{\"tags\":[{\"key\":\"a\",\"value\":[\"1\",\"2\"]},{\"key\":\"b\",\"value\":[\"\"]}]}");
    call(ALICE, "POST", "/" + TWO + "/tags/delete", "{\"tags\": [{\"key\": \"b\"}]}");
    assertThat(tags.get(ALICE + TWO)).isEqualTo(Map.of("a", "2"));
  }

  @Test
  void whatIsNotThereOrAnothersIsNotFound() {
    var body = "{\"tags\": [{\"key\": \"a\", \"value\": \"1\"}]}";
    for (var path : List.of("/tags/create", "/tags/delete")) {
      assertThat(call(BOB, "POST", "/" + ONE + path, body).status()).isEqualTo(404);
      tags.remove(ALICE + TWO);
      assertThat(call(ALICE, "POST", "/" + TWO + path, body).status()).isEqualTo(404);
      assertThat(call(ALICE, "POST", "/x" + path, body).status()).isEqualTo(400);
    }
    assertThat(text(call(BOB, "GET", "/tags", ""))).isEqualTo("{\"tags\":[]}");
  }
}
