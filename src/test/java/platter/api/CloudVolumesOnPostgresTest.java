package platter.api;

import platter.OnPostgres;

@OnPostgres
class CloudVolumesOnPostgresTest extends CloudVolumesTest {}
