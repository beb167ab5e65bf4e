package platter.api;

import platter.OnPostgres;

@OnPostgres
class TagsOnPostgresTest extends TagsTest {}
