package platter.api;

import platter.OnPostgres;

@OnPostgres
class RevocationOnPostgresTest extends RevocationTest {}
