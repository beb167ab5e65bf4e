package platter.api;

import platter.OnPostgres;

@OnPostgres
class OlderPathsOnPostgresTest extends OlderPathsTest {}
