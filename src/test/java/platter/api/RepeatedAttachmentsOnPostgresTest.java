package platter.api;

import platter.OnPostgres;

@OnPostgres
class RepeatedAttachmentsOnPostgresTest extends RepeatedAttachmentsTest {}
