package platter.api;

import platter.OnPostgres;

@OnPostgres
class RepeatedCallsOnPostgresTest extends RepeatedCallsTest {}
