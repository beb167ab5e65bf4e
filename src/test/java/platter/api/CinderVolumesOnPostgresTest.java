package platter.api;

import platter.OnPostgres;

@OnPostgres
class CinderVolumesOnPostgresTest extends CinderVolumesTest {}
