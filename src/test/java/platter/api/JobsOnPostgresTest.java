package platter.api;

import platter.OnPostgres;

@OnPostgres
class JobsOnPostgresTest extends JobsTest {}
