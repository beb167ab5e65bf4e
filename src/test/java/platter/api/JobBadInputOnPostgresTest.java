package platter.api;

import platter.OnPostgres;

@OnPostgres
class JobBadInputOnPostgresTest extends JobBadInputTest {}
