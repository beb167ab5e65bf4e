package platter;

@OnPostgres
class CrashOnPostgresTest extends CrashTest {
  @Override
  boolean everyInstant() {
    return Boolean.getBoolean("platter.crashes"); // -Dplatter.crashes=true takes all
  }
}
