package platter.api;

import platter.OnPostgres;

@OnPostgres
class JobCareOnPostgresTest extends JobCareTest {}
