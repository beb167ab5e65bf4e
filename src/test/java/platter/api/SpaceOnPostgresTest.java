package platter.api;

import platter.OnPostgres;

@OnPostgres
class SpaceOnPostgresTest extends SpaceTest {}
