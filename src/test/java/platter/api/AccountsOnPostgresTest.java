package platter.api;

import platter.OnPostgres;

@OnPostgres
class AccountsOnPostgresTest extends AccountsTest {}
