package platter.api;

import platter.OnPostgres;

@OnPostgres
class CinderSnapshotsOnPostgresTest extends CinderSnapshotsTest {}
