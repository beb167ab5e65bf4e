package platter.api;

import platter.OnPostgres;

@OnPostgres
class SnapshotsOnPostgresTest extends SnapshotsTest {}
