package platter.api;

import platter.OnPostgres;

@OnPostgres
class AttachmentsOnPostgresTest extends AttachmentsTest {}
