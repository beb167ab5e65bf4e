package platter.api;

import platter.OnPostgres;

@OnPostgres
class TypesOnPostgresTest extends TypesTest {}
