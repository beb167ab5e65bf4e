package platter.api;

import platter.OnPostgres;

@OnPostgres
class BatchExtendOnPostgresTest extends BatchExtendTest {}
