package platter;

@OnPostgres
class CrashOnPostgresTest extends CrashTest {}
