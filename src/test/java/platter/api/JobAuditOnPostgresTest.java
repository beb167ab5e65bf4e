package platter.api;

import platter.OnPostgres;

@OnPostgres
class JobAuditOnPostgresTest extends JobAuditTest {}
