package platter.api;

import platter.OnPostgres;

@OnPostgres
class SnapshotsV5OnPostgresTest extends SnapshotsV5Test {}
