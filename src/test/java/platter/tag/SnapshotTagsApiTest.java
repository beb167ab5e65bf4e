package platter.tag;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.auth.Caller;
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

  private final Set<String> snapshots = new HashSet<>(Set.of(ALICE + ONE, ALICE + TWO));
  private final TagTable table =
      new TagTable(
          "snapshot",
          new TagTable.Owners() {
            @Override
            public boolean has(Tx tx, ProjectId project, String id) {
              return snapshots.contains(project + id);
            }

            @Override
            public boolean hold(Tx tx, ProjectId project, String id) {
              return has(tx, project, id);
            }
          });
  private SqliteDatabase db;
  private Calls calls;

  @BeforeEach
  void open(@TempDir Path folder) {
    db = SqliteDatabase.open(folder.resolve("platter.db"));
    calls = new Calls(new SnapshotTagsApi(db, table).routes());
  }

  @AfterEach
  void close() {
    db.close();
  }

  private Answer call(ProjectId project, String method, String path, String body) {
    return calls.answer(
        new Calls.Call(
            new Caller("u", "user", "d", "domain", Optional.empty(), Set.of(project), false),
            project,
            method,
            "/v5/" + project + "/snapshots" + path,
            Map.of(),
            Map.of(),
            body.getBytes(StandardCharsets.UTF_8)));
  }

  private Map<String, String> of(String id) {
    return db.lookUp(tx -> table.of(tx, id));
  }

  private Map<String, ? extends Map<String, String>> ofEach() {
    return db.lookUp(tx -> table.ofEach(tx, ALICE));
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
    assertThat(of(TWO)).isEqualTo(Map.of("a", "2"));
    assertThat(ofEach()).isEqualTo(Map.of(ONE, Map.of("a", "1", "b", ""), TWO, Map.of("a", "2")));
  }

  @Test
  void whoeverRemovesTheSnapshotRemovesItsTags() {
    db.inTx(
        tx -> {
          table.insert(tx, ALICE, ONE, Map.of("a", "1"));
          return true;
        });
    db.inTx(
        tx -> {
          table.remove(tx, ONE);
          return true;
        });
    assertThat(of(ONE)).isEmpty();
  }

  @Test
  void whatIsNotThereOrAnothersIsNotFound() {
    var body = "{\"tags\": [{\"key\": \"a\", \"value\": \"1\"}]}";
    for (var path : List.of("/tags/create", "/tags/delete")) {
      assertThat(call(BOB, "POST", "/" + ONE + path, body).status()).isEqualTo(404);
      snapshots.remove(ALICE + TWO);
      assertThat(call(ALICE, "POST", "/" + TWO + path, body).status()).isEqualTo(404);
      assertThat(call(ALICE, "POST", "/x" + path, body).status()).isEqualTo(400);
    }
    assertThat(text(call(BOB, "GET", "/tags", ""))).isEqualTo("{\"tags\":[]}");
  }
}
