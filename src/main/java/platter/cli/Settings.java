package platter.cli;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import platter.json.Json;

/**
 * What clients need to reach the server, and the words in which each of them wants it (reference:
 * "IAM", "How real clients behave").
 *
 * @param endpoint without a slash at its end
 */
record Settings(
    String endpoint,
    String region,
    String project,
    String accessKey,
    String secretKey,
    Optional<String> user,
    Optional<String> password,
    Optional<String> domain) {

  private static final String NO_LOGIN =
      "user and password are not known here; set PLATTER_USER, PLATTER_PASSWORD, PLATTER_DOMAIN";

  /** Without the secrets. */
  @Override
  public String toString() {
    return endpoint + " project " + project + " key " + accessKey;
  }

  private boolean hasLogin() {
    return user.isPresent() && password.isPresent() && domain.isPresent();
  }

  private String authUrl() {
    return endpoint + "/v3";
  }

  String shell() {
    var all = new StringBuilder("# platter\n");
    export(all, "PLATTER_ENDPOINT", endpoint);
    export(all, "PLATTER_PROJECT_ID", project);
    export(all, "PLATTER_ACCESS_KEY", accessKey);
    export(all, "PLATTER_SECRET_KEY", secretKey);
    all.append("# SDKs of Huawei Cloud (the endpoint of EVS is given in code: platter env java)\n");
    export(all, "HUAWEICLOUD_SDK_AK", accessKey);
    export(all, "HUAWEICLOUD_SDK_SK", secretKey);
    export(all, "HUAWEICLOUD_SDK_PROJECT_ID", project);
    export(all, "HUAWEICLOUD_SDK_IAM_ENDPOINT", endpoint);
    all.append("# Terraform, provider huaweicloud (its endpoints: platter env terraform)\n");
    export(all, "HW_ACCESS_KEY", accessKey);
    export(all, "HW_SECRET_KEY", secretKey);
    export(all, "HW_REGION_NAME", region);
    export(all, "HW_AUTH_URL", authUrl());
    all.append("# OpenStack clients\n");
    if (hasLogin()) {
      export(all, "OS_AUTH_URL", authUrl());
      export(all, "OS_IDENTITY_API_VERSION", "3");
      export(all, "OS_USERNAME", user.orElseThrow());
      export(all, "OS_PASSWORD", password.orElseThrow());
      export(all, "OS_USER_DOMAIN_NAME", domain.orElseThrow());
      export(all, "OS_PROJECT_ID", project);
      export(all, "OS_REGION_NAME", region);
    } else {
      all.append("# ").append(NO_LOGIN).append('\n');
    }
    return all.toString();
  }

  private static void export(StringBuilder all, String name, String value) {
    // a single quote ends the quotes, stands for itself, and begins them again
    all.append("export ")
        .append(name)
        .append("='")
        .append(value.replace("'", "'\\''"))
        .append("'\n");
  }

  String json() {
    var all = new LinkedHashMap<String, String>();
    all.put("endpoint", endpoint);
    all.put("auth_url", authUrl());
    all.put("region", region);
    all.put("project_id", project);
    all.put("access_key", accessKey);
    all.put("secret_key", secretKey);
    user.ifPresent(value -> all.put("user", value));
    password.ifPresent(value -> all.put("password", value));
    domain.ifPresent(value -> all.put("domain", value));
    return Json.pretty(Json.mapper().valueToTree(all)) + "\n";
  }

  String terraform() {
    return filled(
        """
        terraform {
          required_providers {
            huaweicloud = {
              source = "huaweicloud/huaweicloud"
            }
          }
        }

        provider "huaweicloud" {
          region     = {region}
          access_key = {accessKey}
          secret_key = {secretKey}
          project_id = {project}
          auth_url   = {authUrl}
          insecure   = true
          endpoints = {
            evs = {endpoint}
            iam = {endpoint}
          }
        }
        """,
        value -> quoted(value).replace("${", "$${").replace("%{", "%%{"));
  }

  String openstack() {
    return hasLogin()
        ? filled(
            """
            clouds:
              platter:
                auth:
                  auth_url: {authUrl}
                  username: {user}
                  password: {password}
                  user_domain_name: {domain}
                  project_id: {project}
                region_name: {region}
                identity_api_version: 3
                block_storage_endpoint_override: {cinder}
                # no images: "openstack volume create" only wants to have an address for them
                image_api_version: 2
                image_endpoint_override: {authUrl}
            """,
            Settings::quoted)
        : "# " + NO_LOGIN + "\n";
  }

  String java() {
    return filled(
        """
        // com.huaweicloud.sdk:huaweicloud-sdk-evs
        import com.huaweicloud.sdk.core.auth.BasicCredentials;
        import com.huaweicloud.sdk.evs.v2.EvsClient;
        import com.huaweicloud.sdk.evs.v2.model.ListVolumesRequest;
        import java.util.List;

        class Example {
          public static void main(String[] args) {
            var credentials =
                new BasicCredentials()
                    .withAk({accessKey})
                    .withSk({secretKey})
                    .withProjectId({project})
                    .withIamEndpoint({endpoint});
            var evs =
                EvsClient.newBuilder()
                    .withCredential(credentials)
                    .withEndpoints(List.of({endpoint}))
                    .build();
            System.out.println(evs.listVolumes(new ListVolumesRequest()));
          }
        }
        """,
        Settings::quoted);
  }

  String python() {
    return filled(
        """
        # pip install huaweicloudsdkevs
        from huaweicloudsdkcore.auth.credentials import BasicCredentials
        from huaweicloudsdkevs.v2 import EvsClient, ListVolumesRequest

        credentials = BasicCredentials(
            ak={accessKey},
            sk={secretKey},
            project_id={project},
        ).with_iam_endpoint({endpoint})
        client = (
            EvsClient.new_builder()
            .with_credentials(credentials)
            .with_endpoints([{endpoint}])
            .build()
        )
        print(client.list_volumes(ListVolumesRequest()))
        """,
        Settings::quoted);
  }

  String go() {
    return filled(
        """
        // go get github.com/huaweicloud/huaweicloud-sdk-go-v3
        package main

        import (
        	"fmt"

        	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
        	evs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/evs/v2"
        	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/evs/v2/model"
        )

        func main() {
        	credentials, err := basic.NewCredentialsBuilder().
        		WithAk({accessKey}).
        		WithSk({secretKey}).
        		WithProjectId({project}).
        		WithIamEndpointOverride({endpoint}).
        		SafeBuild()
        	if err != nil {
        		panic(err)
        	}
        	http, err := evs.EvsClientBuilder().
        		WithCredential(credentials).
        		WithEndpoints([]string{{endpoint}}).
        		SafeBuild()
        	if err != nil {
        		panic(err)
        	}
        	volumes, err := evs.NewEvsClient(http).ListVolumes(&model.ListVolumesRequest{})
        	fmt.Println(volumes, err)
        }
        """,
        Settings::quoted);
  }

  String ansible() {
    return hasLogin()
        ? filled(
            """
            ---
            # openstack.cloud and opentelekomcloud.cloud:  auth: "{{ platter_auth }}"
            platter_auth:
              auth_url: {authUrl}
              username: {user}
              password: {password}
              user_domain_name: {domain}
              project_id: {project}
            platter_region: {region}
            platter_block_storage_endpoint: {cinder}
            # community.general.hwc_evs_disk
            platter_hwc:
              identity_endpoint: {authUrl}
              user: {user}
              password: {password}
              domain: {domain}
              project: {region}
              region: {region}
            # signed calls
            platter_endpoint: {endpoint}
            platter_project_id: {project}
            platter_access_key: {accessKey}
            platter_secret_key: {secretKey}
            """,
            Settings::quoted)
        : "# " + NO_LOGIN + "\n";
  }

  private String filled(String template, UnaryOperator<String> quote) {
    var values =
        Map.of(
            "endpoint",
            endpoint,
            "authUrl",
            authUrl(),
            "cinder",
            endpoint + "/v3/" + project,
            "region",
            region,
            "project",
            project,
            "accessKey",
            accessKey,
            "secretKey",
            secretKey,
            "user",
            user.orElse(""),
            "password",
            password.orElse(""),
            "domain",
            domain.orElse(""));
    // all at once: a value that looks like a placeholder stays a value
    var names = values.keySet().stream().collect(Collectors.joining("|"));
    return Pattern.compile("\\{(" + names + ")\\}")
        .matcher(template)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(quote.apply(String.valueOf(values.get(found.group(1))))));
  }

  /** In double quotes, as JSON, YAML, HCL, Java, Python and Go read it. */
  private static String quoted(String value) {
    return new String(Json.write(g -> g.writeString(value)), StandardCharsets.UTF_8);
  }
}
