package platter.account;

import platter.auth.Project;

/** A row of account_project. */
record StoredProject(Project project, long createdMillis) {}
