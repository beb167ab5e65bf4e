package platter.account;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import platter.auth.Domain;
import platter.auth.Project;
import platter.auth.Role;
import platter.db.Tx;
import platter.id.ProjectId;

/** The SQL of the tables of accounts. */
final class AccountStore {
  /** Rises with each change. */
  long version(Tx tx) {
    return tx.number("select version from account_version");
  }

  /** From here to the end of the transaction nobody else changes accounts; and they will change. */
  void beginChange(Tx tx) {
    tx.update("update account_version set version = version + 1");
  }

  /** Everything, in the order of names. */
  Rows read(Tx tx) {
    var projectsOf = new HashMap<String, List<ProjectId>>();
    tx.list(
            "select user_id, project_id from account_user_project order by user_id, place",
            row -> Map.entry(row.getString(1), new ProjectId(row.getString(2))))
        .forEach(
            one ->
                projectsOf
                    .computeIfAbsent(one.getKey(), _ -> new ArrayList<>())
                    .add(one.getValue()));
    return new Rows(
        version(tx),
        tx.list(
            "select id, name, created_at from account_domain order by name",
            row ->
                new StoredDomain(new Domain(row.getString(1), row.getString(2)), row.getLong(3))),
        tx.list(
            "select id, name, domain_id, created_at from account_project order by name, id",
            row ->
                new StoredProject(
                    new Project(
                        new ProjectId(row.getString(1)), row.getString(2), row.getString(3)),
                    row.getLong(4))),
        tx.list(
            "select id, name, domain_id, password, role, enabled, generation, created_at"
                + " from account_user order by name, id",
            row -> user(row, projectsOf)),
        tx.list(
            "select access, user_id, secret, description, enabled, expires_at, created_at"
                + " from access_key order by created_at, access",
            AccountStore::key));
  }

  private static StoredUser user(ResultSet row, Map<String, List<ProjectId>> projectsOf)
      throws SQLException {
    var role = row.getString(5);
    return new StoredUser(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        Role.parse(role).orElse(Role.READER), // of a newer version: the least there is
        row.getLong(6) != 0,
        row.getInt(7),
        projectsOf.getOrDefault(row.getString(1), List.of()),
        row.getLong(8));
  }

  private static StoredKey key(ResultSet row) throws SQLException {
    var expires = row.getObject(6);
    return new StoredKey(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getLong(5) != 0,
        expires instanceof Number millis
            ? OptionalLong.of(millis.longValue())
            : OptionalLong.empty(),
        row.getLong(7));
  }

  void insert(Tx tx, StoredDomain row) {
    tx.update(
        "insert into account_domain (id, name, created_at) values (?, ?, ?)",
        row.domain().id(),
        row.domain().name(),
        row.createdMillis());
  }

  void deleteDomain(Tx tx, String id) {
    tx.update("delete from account_domain where id = ?", id);
  }

  void insert(Tx tx, StoredProject row) {
    tx.update(
        "insert into account_project (id, domain_id, name, created_at) values (?, ?, ?, ?)",
        row.project().id().text(),
        row.project().domainId(),
        row.project().name(),
        row.createdMillis());
  }

  /** Its users are no longer in it. */
  void deleteProject(Tx tx, ProjectId id) {
    tx.update("delete from account_user_project where project_id = ?", id.text());
    tx.update("delete from account_project where id = ?", id.text());
  }

  void insert(Tx tx, StoredUser row) {
    tx.update(
        "insert into account_user (id, domain_id, name, password, role, enabled, generation,"
            + " created_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        row.id(),
        row.domainId(),
        row.name(),
        row.password(),
        row.role().wireName(),
        row.enabled(),
        row.generation(),
        row.createdMillis());
    insertProjects(tx, row);
  }

  /** All but the name, the domain and the time of its making. */
  void update(Tx tx, StoredUser row) {
    tx.update(
        "update account_user set password = ?, role = ?, enabled = ?, generation = ? where id = ?",
        row.password(),
        row.role().wireName(),
        row.enabled(),
        row.generation(),
        row.id());
    tx.update("delete from account_user_project where user_id = ?", row.id());
    insertProjects(tx, row);
  }

  private static void insertProjects(Tx tx, StoredUser row) {
    for (int place = 0; place < row.projects().size(); place++) {
      tx.update(
          "insert into account_user_project (user_id, project_id, place) values (?, ?, ?)",
          row.id(),
          row.projects().get(place).text(),
          place);
    }
  }

  /** With the user's keys. */
  void deleteUser(Tx tx, String id) {
    tx.update("delete from access_key where user_id = ?", id);
    tx.update("delete from account_user_project where user_id = ?", id);
    tx.update("delete from account_user where id = ?", id);
  }

  void insert(Tx tx, StoredKey row) {
    tx.update(
        "insert into access_key (access, user_id, secret, description, enabled, expires_at,"
            + " created_at) values (?, ?, ?, ?, ?, ?, ?)",
        row.access(),
        row.userId(),
        row.sealed(),
        row.description(),
        row.enabled(),
        row.expiresMillis().isPresent() ? row.expiresMillis().getAsLong() : null,
        row.createdMillis());
  }

  /** What may change: the description, whether it is good, and for how long. */
  void update(Tx tx, StoredKey row) {
    tx.update(
        "update access_key set description = ?, enabled = ?, expires_at = ? where access = ?",
        row.description(),
        row.enabled(),
        row.expiresMillis().isPresent() ? row.expiresMillis().getAsLong() : null,
        row.access());
  }

  void deleteKey(Tx tx, String access) {
    tx.update("delete from access_key where access = ?", access);
  }
}
