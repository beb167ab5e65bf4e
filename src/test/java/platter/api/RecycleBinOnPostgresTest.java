package platter.api;

import platter.OnPostgres;

@OnPostgres
class RecycleBinOnPostgresTest extends RecycleBinTest {}
