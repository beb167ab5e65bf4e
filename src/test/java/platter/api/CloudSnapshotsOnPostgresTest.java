package platter.api;

import platter.OnPostgres;

@OnPostgres
class CloudSnapshotsOnPostgresTest extends CloudSnapshotsTest {}
