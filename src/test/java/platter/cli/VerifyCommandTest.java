package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;

/** {@code platter verify}, of a server that runs and of one that does not. */
class VerifyCommandTest {
  private TestServer server;
  private Cli operator;
  private String volume;

  @BeforeEach
  void start() {
    server = TestServer.start();
    operator = Cli.operator(server);
    volume = server.alice().volume("kept", 10);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void nothingDiffersOnAHealthyServerRunningOrStopped() {
    var running = operator.run("verify").exits(0);
    assertThat(running.out()).isEmpty();
    assertThat(running.err()).contains("Compared 1 volume: no differences.");
    assertThat(operator.run("verify", "-o", "json").exits(0).json().path("volumes").intValue())
        .isEqualTo(1);
    server.stop();
    assertThat(operator.run("verify").exits(0).err()).contains("No server runs");
    assertThat(operator.run("verify", "-o", "json").exits(0).json().path("differences")).isEmpty();
    server.run();
    operator.run("verify").exits(0);
  }

  @Test
  void aLostFileIsADifference() throws IOException {
    Files.delete(fileOf(volume));
    assertThat(operator.run("verify").exits(1).out()).contains(volume).contains("has no storage");
    server.stop();
    assertThat(operator.run("verify", "-o", "json").exits(1).json().path("differences")).hasSize(1);
  }

  @Test
  void aVolumeWithoutARowIsADifferenceAndAForeignFileIsTold() throws IOException {
    var file = fileOf(volume);
    // in the folder of its last letters
    var stray = "11111111-2222-4333-8444-5555555555" + volume.substring(34);
    var copy = file.resolveSibling(file.getFileName().toString().replace(volume, stray));
    try (var sparse = new RandomAccessFile(copy.toFile(), "rw")) {
      sparse.setLength(Files.size(file));
    }
    Files.writeString(file.resolveSibling("notes.txt"), "mine");
    var said = operator.run("verify").exits(1);
    assertThat(said.out()).contains(stray).contains("no row");
    assertThat(said.err()).contains("notes.txt").contains("1 difference.");
    server.stop();
    operator.run("verify").exits(1);
  }

  @Test
  void aWrongQuotaIsADifference() throws SQLException {
    server.stop();
    try (var db = server.database();
        var statement = db.createStatement()) {
      statement.executeUpdate("update quota_usage set in_use = 7 where resource = 'volumes'");
    }
    assertThat(operator.run("verify").exits(1).out())
        .contains("quota")
        .contains("counts 7, the rows make 1");
    server.run();
    operator.run("verify").exits(1);
  }

  @Test
  void onlyAnOperatorMayAsk() {
    assertThat(Cli.alice(server).run("verify").exits(1).err()).contains("APIGW.0302");
  }

  @Test
  void withoutServerAndDataFolderItIsThreeAndNothingIsMade() {
    var nowhere = server.data().resolveSibling("nowhere");
    Cli.with(Map.of("PLATTER_DATA", nowhere.toString())).run("verify").exits(3);
    assertThat(nowhere).doesNotExist();
    operator.run("verify", "--endpoint", "http://127.0.0.1:1").exits(3);
    // it runs, so its folder is not opened
    assertThat(
            Cli.with(
                    Map.of(
                        "PLATTER_ENDPOINT",
                        "http://127.0.0.1:1",
                        "PLATTER_DATA",
                        server.data().toString()))
                .run("verify")
                .exits(3)
                .err())
        .contains("another Platter holds");
  }

  private Path fileOf(String id) throws IOException {
    try (var all = Files.walk(server.data().resolve("storage"))) {
      return all.filter(path -> path.getFileName().toString().contains(id))
          .findFirst()
          .orElseThrow();
    }
  }
}
