package platter.api;

import platter.OnPostgres;

@OnPostgres
class ExamplesOnPostgresTest extends ExamplesTest {}
