package platter.api;

import platter.OnPostgres;

@OnPostgres
class NodesOnPostgresTest extends NodesTest {}
