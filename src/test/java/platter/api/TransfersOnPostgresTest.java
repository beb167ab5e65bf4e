package platter.api;

import platter.OnPostgres;

@OnPostgres
class TransfersOnPostgresTest extends TransfersTest {}
