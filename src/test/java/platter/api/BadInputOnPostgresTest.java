package platter.api;

import platter.OnPostgres;

@OnPostgres
class BadInputOnPostgresTest extends BadInputTest {}
