package platter.api;

import platter.OnPostgres;

@OnPostgres
class GoldenJobsOnPostgresTest extends GoldenJobsTest {}
