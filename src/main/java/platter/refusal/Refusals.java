package platter.refusal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import platter.auth.Action;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.error.IamException;
import platter.http.Face;
import platter.http.Route;

/**
 * What is documented and not offered, in groups with one reason. A row goes when somebody offers
 * the call; until it goes, the call that is offered wins.
 */
public final class Refusals {
  private static final int NOT_FOUND = 404;

  /**
   * Calls that are refused for one reason.
   *
   * @param why a sentence for humans
   * @param calls method and pattern, a line each
   */
  private record Group(Face face, String why, String calls) {}

  private static final List<Group> TABLE =
      List.of(
          new Group(
              Face.EVS,
              "Platter has no snapshot groups and no chains; make a snapshot of each volume.",
              """
              POST /v5/{project_id}/snapshot-groups
              GET /v5/{project_id}/snapshot-groups/detail
              GET /v5/{project_id}/snapshot-groups/tags
              GET /v5/{project_id}/snapshot-groups/{snapshot_group_id}
              PUT /v5/{project_id}/snapshot-groups/{snapshot_group_id}
              DELETE /v5/{project_id}/snapshot-groups/{snapshot_group_id}
              POST /v5/{project_id}/snapshot-groups/{snapshot_group_id}/tags/create
              POST /v5/{project_id}/snapshot-groups/{snapshot_group_id}/tags/delete
              GET /v5/{project_id}/snapshot-chains
              """),
          new Group(
              Face.EVS,
              "Platter cannot encrypt volumes, so there is no encryption by default.",
              """
              GET /v5/{project_id}/default-encryption/status
              POST /v5/{project_id}/default-encryption/enable
              POST /v5/{project_id}/default-encryption/disable
              GET /v5/{project_id}/default-encryption/key
              PUT /v5/{project_id}/default-encryption/key
              PUT /v5/{project_id}/default-encryption/key/reset
              """),
          new Group(
              Face.EVS,
              "Platter has no security protection groups; no call of the reference makes one.",
              """
              GET /v5/{project_id}/security-protection-groups
              GET /v5/{project_id}/security-protection-groups/{security_protection_group_id}
              DELETE /v5/{project_id}/security-protection-groups/{security_protection_group_id}
              """),
          new Group(
              Face.EVS,
              "Platter has no bills: every volume is pay-per-use and stays so.",
              """
              POST /v2/{project_id}/cloudvolumes/change-charge-mode
              """),
          new Group(
              Face.EVS,
              "Replication was withdrawn by 2019.",
              """
              GET /v2/{project_id}/os-vendor-replications
              POST /v2/{project_id}/os-vendor-replications
              GET /v2/{project_id}/os-vendor-replications/{replication_id}
              DELETE /v2/{project_id}/os-vendor-replications/{replication_id}
              GET /v2/{project_id}/os-vendor-replication-consistency-groups
              POST /v2/{project_id}/os-vendor-replication-consistency-groups
              GET /v2/{project_id}/os-vendor-replication-consistency-groups/{replication_consistency_group_id}
              PUT /v2/{project_id}/os-vendor-replication-consistency-groups/{replication_consistency_group_id}
              DELETE /v2/{project_id}/os-vendor-replication-consistency-groups/{replication_consistency_group_id}
              POST /v2/{project_id}/os-vendor-replication-consistency-groups/{replication_consistency_group_id}/action
              """),
          new Group(
              Face.EVS,
              "This old family of tags is not offered; use .../cloudvolumes/{volume_id}/tags.",
              """
              GET /v2/{project_id}/os-vendor-tags/{resource_type}
              GET /v2/{project_id}/os-vendor-tags/{resource_type}/resource_instances
              GET /v2/{project_id}/os-vendor-tags/{resource_type}/{resource_id}
              POST /v2/{project_id}/os-vendor-tags/{resource_type}/{resource_id}
              PUT /v2/{project_id}/os-vendor-tags/{resource_type}/{resource_id}
              POST /v2/{project_id}/os-vendor-tags/{resource_type}/{resource_id}/action
              GET /v2/{project_id}/os-vendor-tags/{resource_type}/{resource_id}/{key}
              PUT /v2/{project_id}/os-vendor-tags/{resource_type}/{resource_id}/{key}
              DELETE /v2/{project_id}/os-vendor-tags/{resource_type}/{resource_id}/{key}
              """),
          new Group(
              Face.IAM,
              "Platter has no temporary access keys; make one that expires with platter key create.",
              """
              POST /v3.0/OS-CREDENTIAL/securitytokens
              """),
          new Group(
              Face.OPEN,
              "Platter knows no identity providers; get a token from POST /v3/auth/tokens.",
              """
              POST /v3.0/OS-AUTH/id-token/tokens
              """));

  private Refusals() {}

  /** A route for each call of the table that nobody else answers. */
  public static List<Route> besides(List<Route> others) {
    var answered = new HashSet<String>();
    others.forEach(route -> answered.add(route.place()));
    var refused = new ArrayList<Route>();
    for (var group : TABLE) {
      for (var call : group.calls.lines().toList()) {
        if (answered.add(Route.place(call))) {
          refused.add(route(group, call));
        }
      }
    }
    return refused;
  }

  /** All calls of the table: method and pattern. */
  public static List<String> all() {
    return TABLE.stream().flatMap(group -> group.calls.lines()).toList();
  }

  private static Route route(Group group, String call) {
    int space = call.indexOf(' ');
    return new Route(
        call.substring(0, space),
        call.substring(space + 1),
        group.face,
        Action.ANY,
        _ -> {
          throw switch (group.face) {
            case IAM, OPEN -> new IamException(NOT_FOUND, group.why, "Not Found");
            case EVS, JOBS, CINDER, PLATTER ->
                new ApiException(ErrorCode.API_NOT_FOUND, group.why, group.why);
          };
        });
  }
}
