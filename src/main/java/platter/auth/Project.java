package platter.auth;

import platter.id.ProjectId;

/**
 * A tenant: owns volumes.
 *
 * @param name by habit the id of the region, then {@code region_something} for further ones
 * @param domainId the account it belongs to
 */
public record Project(ProjectId id, String name, String domainId) {}
