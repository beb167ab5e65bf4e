package platter.api;

import platter.OnPostgres;

@OnPostgres
class RetypeOnPostgresTest extends RetypeTest {}
