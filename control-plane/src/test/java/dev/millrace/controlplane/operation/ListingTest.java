package dev.millrace.controlplane.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.ResourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ListingTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void showsTheNewestFirstAndTenAtATime() {
        createModels(12);

        ObjectNode answer = fixture.call("ListModels", "{}");

        assertThat(names(answer)).hasSize(10).startsWith("m11", "m10");
        assertThat(answer.has("NextToken")).isTrue();
        ObjectNode summary = (ObjectNode) answer.get("Models").get(0);
        assertThat(summary.propertyNames()).containsExactlyInAnyOrder("ModelName", "ModelArn", "CreationTime");
        assertThat(summary.get("CreationTime").decimalValue()).isEqualByComparingTo("1795255211.25");
    }

    @Test
    void leadsThroughAllPagesOnce() {
        createModels(7);

        var seen = new ArrayList<String>();
        String token = "";
        int pages = 0;
        do {
            ObjectNode answer = fixture.call(
                    "ListModels",
                    "{'MaxResults':3,'SortBy':'Name','SortOrder':'Ascending'"
                            + (token.isEmpty() ? "}" : ",'NextToken':'" + token + "'}"));
            seen.addAll(names(answer));
            token = answer.path("NextToken").asString("");
            pages++;
        } while (!token.isEmpty());

        assertThat(pages).isEqualTo(3);
        assertThat(seen).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
    }

    @Test
    void neitherRepeatsNorSkipsWhenThingsChangeBetweenPages() {
        createModels(6);
        ObjectNode first = fixture.call("ListModels", "{'MaxResults':3}");
        fixture.call("DeleteModel", "{'ModelName':'m4'}");
        fixture.pass(Duration.ofSeconds(1));
        fixture.createModel("new");

        ObjectNode second = fixture.call(
                "ListModels",
                "{'MaxResults':3,'NextToken':'" + first.get("NextToken").stringValue() + "'}");

        assertThat(names(first)).containsExactly("m5", "m4", "m3");
        assertThat(names(second)).containsExactly("m2", "m1", "m0");
        assertThat(second.has("NextToken")).isFalse();
    }

    @Test
    void refusesATokenOfAnotherOrder() {
        createModels(3);
        String token =
                fixture.call("ListModels", "{'MaxResults':1}").get("NextToken").stringValue();

        assertThatThrownBy(() -> fixture.call("ListModels", "{'SortBy':'Name','NextToken':'" + token + "'}"))
                .hasMessage("Invalid NextToken.");
        assertThatThrownBy(() -> fixture.call("ListModels", "{'SortOrder':'Ascending','NextToken':'" + token + "'}"))
                .hasMessage("Invalid NextToken.");
    }

    @Test
    void sortsEqualTimesByName() {
        fixture.createModel("b");
        fixture.createModel("c");
        fixture.createModel("a");

        assertThat(names(fixture.call("ListModels", "{'SortOrder':'Ascending'}")))
                .containsExactly("a", "b", "c");
        assertThat(names(fixture.call("ListModels", "{}"))).containsExactly("c", "b", "a");
    }

    @Test
    void filtersByPartOfTheName() {
        createModels(12);

        assertThat(names(fixture.call("ListModels", "{'NameContains':'1'}"))).containsExactly("m11", "m10", "m1");
        assertThat(names(fixture.call("ListModels", "{'NameContains':'M1'}"))).isEmpty();
    }

    @Test
    void includesTheTimeAfterAndExcludesTheTimeBefore() {
        createModels(4);
        String second = fixture.call("DescribeModel", "{'ModelName':'m1'}")
                .get("CreationTime")
                .asString();
        String third = fixture.call("DescribeModel", "{'ModelName':'m2'}")
                .get("CreationTime")
                .asString();

        assertThat(names(fixture.call("ListModels", "{'CreationTimeAfter':" + second + "}")))
                .containsExactly("m3", "m2", "m1");
        assertThat(names(fixture.call("ListModels", "{'CreationTimeBefore':" + second + "}")))
                .containsExactly("m0");
        assertThat(names(fixture.call(
                        "ListModels", "{'CreationTimeAfter':" + second + ",'CreationTimeBefore':" + third + "}")))
                .containsExactly("m1");
    }

    @Test
    void filtersAndSortsEndpointsByStatusAndChange() {
        fixture.createEndpoint("a");
        fixture.pass(Duration.ofSeconds(1));
        fixture.createEndpoint("b");
        fixture.pass(Duration.ofSeconds(1));
        fixture.promote("a");
        fixture.catalog.update(
                ResourceKind.ENDPOINT,
                "b",
                endpoint -> endpoint.withStatus(EndpointStatus.FAILED, "no", fixture.clock.instant()));

        assertThat(endpoints("{'StatusEquals':'InService'}")).containsExactly("a");
        assertThat(endpoints("{'StatusEquals':'Deleting'}")).isEmpty();
        assertThat(endpoints("{'SortBy':'Status','SortOrder':'Ascending'}")).containsExactly("b", "a");
        assertThat(endpoints("{'SortBy':'CreationTime'}")).containsExactly("b", "a");
        assertThat(endpoints("{'LastModifiedTimeBefore':1795255202}")).isEmpty();
        assertThat(endpoints("{'LastModifiedTimeAfter':1795255202}")).hasSize(2);
    }

    @Test
    void listsConfigs() {
        fixture.createModel("m");
        fixture.createConfig("c", "m");

        ObjectNode answer = fixture.call("ListEndpointConfigs", "{'MaxResults':1}");

        assertThat(answer.get("EndpointConfigs").get(0).get("EndpointConfigArn").stringValue())
                .isEqualTo("arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/c");
        assertThat(answer.has("NextToken")).isFalse();
    }

    private void createModels(int count) {
        for (int i = 0; i < count; i++) {
            fixture.createModel("m" + i);
            fixture.pass(Duration.ofSeconds(1));
        }
    }

    private List<String> endpoints(String request) {
        return fixture.call("ListEndpoints", request).get("Endpoints").values().stream()
                .map(each -> each.get("EndpointName").stringValue())
                .toList();
    }

    private static List<String> names(ObjectNode answer) {
        return answer.get("Models").values().stream()
                .map(each -> each.get("ModelName").stringValue())
                .toList();
    }
}
