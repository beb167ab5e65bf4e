package platter.api;

import platter.OnPostgres;

@OnPostgres
class QuotasOnPostgresTest extends QuotasTest {}
